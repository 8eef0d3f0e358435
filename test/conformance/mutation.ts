import type { TransportName } from '../../src/model/address.js'
import type { Step } from './flow.js'

/** A change of a correct flow that breaks one rule. Steps count from 1, as frames do. */
export type Mutation = (steps: Step[]) => Step[]

export interface Mutant {
  /** Name of the correct flow that exercises the rule. */
  readonly flow: string
  readonly mutate: Mutation
  /** Other rules that the same change breaks, because they say the same in other words or follow from it. */
  readonly also?: readonly string[]
  /** Makes of the flow what the rule passes, when the flow as it is does not exercise it. */
  readonly passing?: Mutation
}

const edit =
  (n: number, change: (step: Step) => Partial<Step>): Mutation =>
  (steps) =>
    steps.map((step, index) => (index === n - 1 ? { ...step, ...change(step) } : step))

/** Replaces text of message `n`; a text that is not there is a mistake in the table. */
export const change = (n: number, from: string | RegExp, to: string): Mutation =>
  edit(n, ({ text }) => {
    const changed = text.replace(from, to)
    if (changed === text) throw new Error(`message ${n} has no ${String(from)}`)
    return { text: changed }
  })

/** Replaces text of every message that has it. */
export const changeAll =
  (from: RegExp, to: string): Mutation =>
  (steps) =>
    steps.map((step) => ({ ...step, text: step.text.replace(from, to) }))

/** Takes the header lines of that name out of message `n`. */
export const without = (n: number, name: string): Mutation => change(n, new RegExp(`^${name}:.*\n`, 'gim'), '')

/** Puts a header line before Content-Length of message `n`. */
export const withLine = (n: number, line: string): Mutation =>
  change(n, /^Content-Length:/m, `${line}\nContent-Length:`)

export const withBody = (n: number, lines: string, type = 'application/sdp'): Mutation =>
  edit(n, ({ text }) => ({
    text: `${text
      .split('\n\n')[0]
      ?.replace(/^Content-Type:.*\n/m, '')
      .replace(/^Content-Length:/m, `Content-Type: ${type}\nContent-Length:`)}\n\n${lines}\n`,
  }))

export const withoutBody = (n: number): Mutation =>
  edit(n, ({ text }) => ({ text: text.split('\n\n')[0]?.replace(/^Content-Type:.*\n/m, '') ?? '' }))

export const drop =
  (...numbers: readonly number[]): Mutation =>
  (steps) =>
    steps.filter((_, index) => !numbers.includes(index + 1))

/** Sends message `n` again at these times. */
export const again =
  (n: number, ...times: readonly number[]): Mutation =>
  (steps) =>
    inOrder([...steps, ...times.map((atMs) => ({ ...steps[n - 1]!, atMs }))])

export const at =
  (n: number, atMs: number): Mutation =>
  (steps) =>
    inOrder(edit(n, () => ({ atMs }))(steps))

export const ends = (
  n: number,
  facts: { from?: string; to?: string; transport?: TransportName; ttl?: number },
): Mutation => edit(n, () => facts)

export const frame = (n: number, facts: Partial<Step['webSocket']>): Mutation =>
  edit(n, ({ webSocket }) => ({ webSocket: { ...webSocket, ...facts } }))

/** The bytes as they are, with LF where the flow has LF. */
export const bytes = (n: number, make: (text: string) => string): Mutation =>
  edit(n, ({ text }) => ({ raw: Buffer.from(make(wire(text)), 'latin1') }))

/** The text as it would be sent. */
export function wire(text: string): string {
  const [head = '', ...rest] = text.replace(/\r?\n/g, '\r\n').split('\r\n\r\n')
  const body = rest.join('\r\n\r\n')
  return `${head.replace('[len]', String(Buffer.byteLength(body)))}\r\n\r\n${body}`
}

/** Puts a message of its own in; `like` gives what is not said. */
export const insert =
  (like: number, atMs: number, make: (text: string) => string, ends: Partial<Step> = {}): Mutation =>
  (steps) =>
    inOrder([...steps, { ...steps[like - 1]!, ...ends, atMs, text: make(steps[like - 1]!.text) }])

export const all =
  (...mutations: readonly Mutation[]): Mutation =>
  (steps) =>
    mutations.reduce((changed, mutate) => mutate(changed), steps)

export const same: Mutation = (steps) => steps

const inOrder = (steps: Step[]): Step[] => steps.toSorted((a, b) => a.atMs - b.atMs)
