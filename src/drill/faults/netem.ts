import { mapping, milliseconds, percent, text } from '../../scenario/fields.js'
import { defineFault } from '../fault.js'
import { missingDevice } from '../packet-filter.js'
import { findProgram, runProgram } from '../program.js'
import { inNamespace, performUndo, type Undo } from '../undo.js'

const SYSTEM_TIMEOUT_MS = 5000

interface Settings {
  readonly interface: string
  readonly namespace?: string | undefined
  readonly delay?: number | undefined
  readonly jitter?: number | undefined
  readonly loss?: number | undefined
  readonly duplicate?: number | undefined
  readonly reorder?: number | undefined
}

function discipline({ delay, jitter, loss, duplicate, reorder }: Settings): string[] {
  return [
    ...(delay === undefined ? [] : ['delay', `${delay}ms`, ...(jitter === undefined ? [] : [`${jitter}ms`])]),
    ...(loss === undefined ? [] : ['loss', `${loss}%`]),
    ...(duplicate === undefined ? [] : ['duplicate', `${duplicate}%`]),
    ...(reorder === undefined ? [] : ['reorder', `${reorder}%`]),
  ]
}

async function tc(namespace: string | undefined, args: readonly string[]): Promise<string | undefined> {
  const inside = inNamespace(namespace, 'tc', args)
  return (await runProgram(inside.program, inside.args, { timeoutMs: SYSTEM_TIMEOUT_MS })).problem
}

/** Tried on the loopback of a namespace that lives as long as the try: not every kernel has netem. */
async function kernelRefusal(wanted: readonly string[]): Promise<string | undefined> {
  const args = ['-n', findProgram('tc') ?? 'tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', ...wanted]
  const { problem } = await runProgram('unshare', args, { timeoutMs: SYSTEM_TIMEOUT_MS })
  return problem === undefined ? undefined : `this kernel does not do netem, or this user may not: ${problem}`
}

export const netem = defineFault({
  word: 'netem',
  help: 'delays, loses, doubles or reorders what leaves an interface, by the netem of the kernel where it has one',
  settings: mapping({
    interface: text.describe('a network interface without a queueing discipline of its own'),
    namespace: text.optional().describe('network namespace, as `ip netns` names it'),
    delay: milliseconds.optional().describe('each packet is held so long'),
    jitter: milliseconds.optional().describe('the delay varies by this'),
    loss: percent.optional().describe('share of packets that are lost'),
    duplicate: percent.optional().describe('share of packets that are sent twice'),
    reorder: percent.optional().describe('share of packets that overtake the delayed ones'),
  }),
  example: '- { at: 30s, for: 20s, netem: { interface: eth1, delay: 100ms, jitter: 20ms, loss: 2% } }',
  subjects: ({ interface: device, namespace = '' }) => [`network ${namespace}/${device}`],
  target: ({ interface: device }) => device,
  check(settings, place) {
    const { delay, jitter, reorder } = settings
    if (discipline(settings).length === 0) place.problem('nothing says what becomes of the packets')
    if (delay === undefined && jitter !== undefined) place.problem('jitter needs a delay', 'jitter')
    if (delay === undefined && reorder !== undefined) place.problem('reorder needs a delay', 'reorder')
  },
  async prepare(settings) {
    const { interface: device, namespace } = settings
    if (findProgram('tc') === undefined) return 'the program tc is not installed (package iproute2)'
    const wanted = discipline(settings)
    const lack = (await missingDevice(namespace, device)) ?? (await kernelRefusal(wanted))
    if (lack !== undefined) return lack
    const undo: Undo = { kind: 'netem', device, namespace }
    return {
      does: `tc qdisc add dev ${device} root netem ${wanted.join(' ')}`,
      undoes: `tc qdisc del dev ${device} root netem`,
      undos: [undo],
      inForce: 'made',
      undoIsAsSlow: true,
      undone: true,
      make: () => tc(namespace, ['qdisc', 'add', 'dev', device, 'root', 'netem', ...wanted]),
      undo: () => performUndo(undo),
    }
  },
})
