import { isIP } from 'node:net'

/** A record as a scenario writes it. */
export type ZoneRecord =
  | { readonly type: 'A' | 'AAAA'; readonly name: string; readonly data: string }
  | { readonly type: 'CNAME'; readonly name: string; readonly data: string }
  | {
      readonly type: 'SRV'
      readonly name: string
      readonly data: {
        readonly priority: number
        readonly weight: number
        readonly port: number
        readonly target: string
      }
    }
  | {
      readonly type: 'NAPTR'
      readonly name: string
      readonly data: {
        readonly order: number
        readonly preference: number
        readonly flags: string
        readonly services: string
        readonly regexp: string
        readonly replacement: string
      }
    }

/** What the server answers to questions for a name. */
export type ZoneState = 'as written' | 'no such name' | 'failure' | 'silence'

const forms = 'NAME A ADDRESS, NAME SRV PRIORITY WEIGHT PORT HOST, NAME NAPTR ORDER PREFERENCE FLAGS SERVICE HOST'
const small = (word: string | undefined): number | undefined =>
  word !== undefined && /^\d{1,5}$/.test(word) && Number(word) <= 65535 ? Number(word) : undefined
const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '')

/** Reads one line of a zone, or says what is wrong with it. Names are complete with or without the last dot. */
export function parseRecord(line: string): ZoneRecord | string {
  const [owner = '', kind = '', ...words] = line.trim().split(/\s+/)
  const name = plain(owner)
  const type = kind.toUpperCase()
  const [first = '', ...rest] = words
  if ((type === 'A' || type === 'AAAA') && words.length === 1) {
    return isIP(first) === (type === 'A' ? 4 : 6) ? { type, name, data: first } : `"${first}" is no address for ${type}`
  }
  if (type === 'CNAME' && words.length === 1) return { type, name, data: plain(first) }
  const numbers = words.map(small)
  if (type === 'SRV' && words.length === 4) {
    const [priority, weight, port] = numbers
    if (priority === undefined || weight === undefined || port === undefined) return `"${line}" has a wrong number`
    return { type, name, data: { priority, weight, port, target: plain(rest[2] ?? '') } }
  }
  if (type === 'NAPTR' && words.length === 5) {
    const [order, preference] = numbers
    if (order === undefined || preference === undefined) return `"${line}" has a wrong number`
    const [, flags = '', services = '', replacement = ''] = rest
    return { type, name, data: { order, preference, flags, services, regexp: '', replacement: plain(replacement) } }
  }
  return `"${line}" is not a record: write ${forms}`
}

/** The records that the server knows, and how it answers at the moment. Pure. */
export class Zone {
  /** As the scenario has them. */
  readonly records: readonly ZoneRecord[]
  #replaced: readonly ZoneRecord[] | undefined
  #state: ZoneState = 'as written'

  constructor(records: readonly ZoneRecord[]) {
    this.records = records
  }

  /** From now on; records given here stand in place of all others. */
  change(state: ZoneState, records?: readonly ZoneRecord[]): void {
    this.#state = state
    this.#replaced = records
  }

  /** The records that answer a question, the state that does, or undefined for a name that is not known. */
  answer(name: string, type: string): readonly ZoneRecord[] | Exclude<ZoneState, 'as written'> {
    if (this.#state !== 'as written') return this.#state
    const wanted = plain(name)
    const ofName = (this.#replaced ?? this.records).filter((record) => record.name === wanted)
    if (ofName.length === 0) return this.#isParent(wanted) ? [] : 'no such name'
    return ofName.filter((record) => record.type === type || record.type === 'CNAME')
  }

  /** A name that has none itself but stands above others exists (RFC 8020). */
  #isParent(name: string): boolean {
    return (this.#replaced ?? this.records).some((record) => record.name.endsWith(`.${name}`))
  }
}
