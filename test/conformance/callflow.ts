import { readFileSync } from 'node:fs'
import type { TransportName } from '../../src/model/address.js'
import type { Step } from './flow.js'

interface Printed {
  readonly id: string
  readonly label: string
  readonly complete: boolean
  readonly text: string
}

/** `F4 200 OK Proxy 1 -> Alice (transport WSS)`. */
const labelled = /^F\d+ +(.+?) *-+> *(.+?)(?: \(transport (\w+)\))?$/

/**
 * Call flows as RFCs print them: the messages of each section that say who sends them to whom, a second apart. A party has
 * the address that a `received` of its requests tells, or one of our making: the RFCs print names. A Content-Length that is
 * printed as dots is that of the body.
 */
export function readCallflows(rfcs: readonly string[]): ReadonlyMap<string, readonly Step[]> {
  const file = new URL('../fixtures/callflows/messages.json', import.meta.url)
  const printed = JSON.parse(readFileSync(file, 'utf8')) as readonly Printed[]
  const flows = new Map<string, Sent[]>()
  for (const { id, label, complete, text } of printed) {
    const [flow = '', rfc = ''] = [id.replace(/-\d+$/, ''), id.split('/')[0]]
    const [, before = '', to = '', named] = labelled.exec(label) ?? []
    if (!rfcs.includes(rfc) || !complete || to === '') continue
    const transport = (named ?? /^Via: SIP\/2\.0\/(\w+)/im.exec(text)?.[1] ?? 'UDP').toLowerCase() as TransportName
    flows.set(flow, [...(flows.get(flow) ?? []), { before, to, transport, text }])
  }
  return new Map([...flows].map(([flow, messages]) => [flow, stepsOf(messages)]))
}

interface Sent {
  /** What stands before the arrow: the name of the message, and the sender. */
  readonly before: string
  readonly to: string
  readonly transport: TransportName
  readonly text: string
}

function stepsOf(messages: readonly Sent[]): readonly Step[] {
  const parties = [...new Set(messages.map(({ to }) => to))].sort()
  const senderOf = ({ before, to }: Sent): string | undefined =>
    parties.findLast((party) => before.endsWith(party) && party !== to)
  const hosts = new Map<string, string>()
  for (const { to, text } of messages) {
    const received = text.startsWith('SIP') ? /^Via:[\s\S]*?received=([\d.]+)/m.exec(text)?.[1] : undefined
    if (received !== undefined && !hosts.has(to) && ![...hosts.values()].includes(received)) hosts.set(to, received)
  }
  const endOf = (party: string, secure: boolean): string =>
    `${hosts.get(party) ?? `198.51.100.${parties.indexOf(party) + 1}`}:${secure ? 5061 : 5060}`
  return messages.flatMap((message, index): Step[] => {
    const { to, transport, text } = message
    const from = senderOf(message)
    if (from === undefined) return []
    const secure = transport === 'tls'
    const length = Buffer.byteLength(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1')
    return [
      {
        atMs: index * 1000,
        from: endOf(from, secure),
        to: endOf(to, secure),
        transport,
        text: '',
        kind: 'sip',
        webSocket: { opcode: 1, masked: from === 'Alice' ? 'all' : 'none', fragments: 1 },
        ttl: 64,
        raw: Buffer.from(text.replace('Content-Length: ...', `Content-Length: ${length}`), 'latin1'),
      },
    ]
  })
}
