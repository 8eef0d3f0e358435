// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the language under test
import { describe, expect, test } from 'vitest'
import type { Instruction } from '../../src/model/instruction.js'
import { steps } from '../../src/scenario/steps/registry.js'
import { scenarioOf, withCalled, withFlow } from './reading-aid.js'

const flowOf = (source: string): readonly Instruction[] => scenarioOf(withFlow(source)).flows[0]?.program ?? []
const calledOf = (source: string): readonly Instruction[] => scenarioOf(withCalled(source)).groups[0]?.whenCalled ?? []
const call = '- call: { from: browser, to: phone }\n'

describe('the example of every step', () => {
  test.each(steps.map((step) => [step.name, step] as const))('%s', (name, step) => {
    expect(step.example).toContain(name)
    const inFlow = step.contexts.includes('flow')
    const program = inFlow
      ? flowOf(step.example)
      : calledOf(/answer|reject/.test(step.example) ? step.example : `${step.example}\n- answer`)
    expect(program.length).toBeGreaterThan(0)
  })

  test.each(steps.map((step) => [step.name, step] as const))('%s has help that ends as a sentence', (_name, step) => {
    expect(step.help).toMatch(/^[A-Z].*\.$/s)
  })

  test('names are unique', () => {
    expect(new Set(steps.map((step) => step.name)).size).toBe(steps.length)
  })
})

const withCall = (source: string): readonly Instruction[] => flowOf(`${call}${source}`).slice(1)
const accepted = { codes: [], classes: [2] }

describe('steps of a flow compile to operations', () => {
  test.each<[string, object[]]>([
    ['- talk 3s', [{ op: 'wait', duration: { kind: 'fixed', ms: 3000 }, withMedia: true }]],
    ['- talk: 3s to 5s', [{ op: 'wait', duration: { kind: 'uniform', lowMs: 3000, highMs: 5000 } }]],
    ['- talk: { for: exponential 3s }', [{ op: 'wait', duration: { kind: 'exponential', meanMs: 3000 } }]],
    ['- wait 1s', [{ op: 'wait', withMedia: false }]],
    ['- hang up', [{ op: 'hang-up', by: 'caller', headers: [] }]],
    ['- hang up:', [{ op: 'hang-up', by: 'caller' }]],
    ['- hang up by callee', [{ op: 'hang-up', by: 'callee' }]],
    ['- hang up: by callee', [{ op: 'hang-up', by: 'callee' }]],
    [
      '- hang up: { by: callee, headers: { Reason: bye } }',
      [{ op: 'hang-up', by: 'callee', headers: [{ name: 'Reason' }] }],
    ],
    ['- dtmf 12#', [{ op: 'dtmf', by: 'caller', method: 'rtp', toneMs: 100, pauseMs: 100 }]],
    [
      '- dtmf: { digits: 5, by: callee, method: info, tone: 200ms, pause: 50ms }',
      [{ op: 'dtmf', by: 'callee', method: 'info', toneMs: 200, pauseMs: 50 }],
    ],
    ['- expect dtmf: "12#"', [{ op: 'expect-dtmf', by: 'callee', withinMs: 5000 }]],
    ['- hold', [{ op: 're-invite', direction: 'sendonly', method: 'INVITE', expect: accepted }]],
    [
      '- hold 5s',
      [
        { op: 're-invite', direction: 'sendonly' },
        { op: 'wait', withMedia: false },
        { op: 're-invite', direction: 'sendrecv' },
      ],
    ],
    [
      '- hold: { for: 5s, by: callee, method: update }',
      [{ by: 'callee', method: 'UPDATE' }, { op: 'wait' }, { by: 'callee', method: 'UPDATE' }],
    ],
    ['- resume by callee', [{ op: 're-invite', by: 'callee', direction: 'sendrecv', method: 'INVITE' }]],
    ['- re-invite', [{ op: 're-invite', direction: 'sendrecv', method: 'INVITE' }]],
    ['- re-invite: { keys: new }', [{ op: 're-invite', direction: 'sendrecv', keys: 'new' }]],
    ['- update: { keys: new }', [{ op: 're-invite', method: 'UPDATE', keys: 'new' }]],
    ['- re-invite: { codecs: [pcma, opus] }', [{ op: 're-invite', codecs: ['PCMA', 'opus'], method: 'INVITE' }]],
    ['- update: { codecs: g722, by: callee }', [{ op: 're-invite', codecs: ['G722'], by: 'callee', method: 'UPDATE' }]],
    ['- re-invite inactive', [{ op: 're-invite', direction: 'inactive' }]],
    ['- re-invite: { expect: [488, 491] }', [{ op: 're-invite', expect: { codes: [488, 491], classes: [] } }]],
    ['- update recvonly', [{ op: 're-invite', direction: 'recvonly', method: 'UPDATE' }]],
    ['- transfer sip:9@lab.test', [{ op: 'transfer', by: 'caller', expect: accepted }]],
    ['- options', [{ op: 'request', method: 'OPTIONS', inDialog: true, agent: undefined, by: 'caller' }]],
    ['- message: { text: hi, by: callee }', [{ op: 'request', method: 'MESSAGE', inDialog: true, by: 'callee' }]],
    ['- info: { body: x, content type: text/plain }', [{ op: 'request', method: 'INFO', inDialog: true }]],
  ])('%s', (source, wanted) => {
    expect(withCall(source)).toMatchObject(wanted)
  })

  test.each<[string, object[]]>([
    [
      '- call: { from: browser, to: phone }',
      [{ op: 'call', from: 'browser', to: { kind: 'group', group: 'phone' }, expect: accepted, delayedOffer: false }],
    ],
    [
      '- call: { from: browser, to: "sip:9@a.b", expect: 4xx or 600, answer within: 2s, delayed offer: true }',
      [{ to: { kind: 'uri' }, expect: { codes: [600], classes: [4] }, answerWithinMs: 2000, delayedOffer: true }],
    ],
    [
      '- call: { from: browser, to: phone, cancel after: 1s }',
      [{ cancelAfter: { kind: 'fixed', ms: 1000 }, expect: { codes: [487], classes: [] } }],
    ],
    ['- register phone', [{ op: 'register', agent: 'phone', expiresSeconds: 3600, expect: accepted }]],
    ['- register: { as: phone, expires: 0s, expect: 4xx }', [{ expiresSeconds: 0, expect: { classes: [4] } }]],
    [
      '- options: { from: phone }',
      [{ op: 'request', method: 'OPTIONS', inDialog: false, agent: 'phone', to: undefined }],
    ],
    [
      '- set: { a: 1, b: "${a + 1}" }',
      [
        { op: 'set', name: 'a' },
        { op: 'set', name: 'b' },
      ],
    ],
    ['- fail no luck', [{ op: 'fail' }]],
    [
      '- receive: { as: phone, request: BYE, within: 2s, optional: true }',
      [{ op: 'receive', as: 'phone', withinMs: 2000, optional: true, otherwise: undefined, match: { method: 'BYE' } }],
    ],
  ])('%s', (source, wanted) => {
    expect(flowOf(source)).toMatchObject(wanted)
  })

  test('captures and requirements are compiled to patterns', () => {
    const [operation] = flowOf(
      '- receive: { as: phone, status: [183, 2xx], capture: { tag: "header To /;tag=(.+)/i", via: header Via, line: "body /^a=(.*)/" }, require: ["header Allow", "message /x/"] }',
    )
    expect(operation).toMatchObject({
      match: {
        method: undefined,
        status: { codes: [183], classes: [2] },
        captures: [
          { name: 'tag', where: 'header', header: 'To', pattern: /;tag=(.+)/iu },
          { name: 'via', where: 'header', header: 'Via', pattern: undefined },
          { name: 'line', where: 'body', header: undefined, pattern: /^a=(.*)/u },
        ],
        require: [
          { where: 'header', header: 'Allow', pattern: /^/ },
          { where: 'message', pattern: /x/u },
        ],
      },
    })
  })
})

describe('steps of an agent that is called compile to operations', () => {
  test.each<[string, object[]]>([
    [
      '- ring 200ms\n- answer',
      [{ op: 'ring', status: 180, earlyMedia: false, duration: { kind: 'fixed', ms: 200 } }, { op: 'answer' }],
    ],
    ['- ring\n- answer', [{ op: 'ring', duration: { ms: 0 } }, { op: 'answer' }]],
    ['- ring: { for: 1s, status: 181 }\n- answer', [{ status: 181 }, {}]],
    ['- early media 2s\n- answer', [{ op: 'ring', status: 183, earlyMedia: true }, {}]],
    ['- reject 486', [{ op: 'reject', status: 486, reason: undefined, headers: [] }]],
    [
      '- reject: { status: 503, reason: Away, headers: { Retry-After: 5 } }',
      [{ status: 503, reason: 'Away', headers: [{ name: 'Retry-After' }] }],
    ],
    ['- never answer', [{ op: 'never-answer' }]],
    ['- answer\n- talk 1s\n- hang up', [{}, { withMedia: true }, { op: 'hang-up', by: 'callee' }]],
  ])('%s', (source, wanted) => {
    expect(calledOf(source)).toMatchObject(wanted)
  })
})

/** Runs a program of waits and jumps; chances are decided by `lots`, and counters begin anew once they have run out. */
function walk(program: readonly Instruction[], variables: Record<string, string> = {}, lots: boolean[] = []): number[] {
  const counters = new Map<string, number>()
  const waits: number[] = []
  const holds = (condition: (Instruction & { op: 'jump' })['condition']): boolean => {
    if (condition === undefined) return true
    if (condition.kind === 'chance') return lots.shift() ?? false
    if (condition.kind === 'compare') return condition.left.render(variables) === condition.right.render(variables)
    const count = (counters.get(condition.name) ?? 0) + 1
    counters.set(condition.name, count < condition.below ? count : 0)
    return count < condition.below
  }
  for (let at = 0, steps = 0; at < program.length && steps < 1000; steps++) {
    const operation = program[at++]
    if (operation?.op === 'wait' && operation.duration.kind === 'fixed') waits.push(operation.duration.ms)
    if (operation?.op === 'jump' && holds(operation.condition)) at = operation.target
    if (operation?.op === 'set') variables[operation.name] = operation.value.render(variables)
  }
  return waits
}

describe('jumps lead where the steps say', () => {
  test('repeat runs its steps so often, also within another', () => {
    expect(walk(flowOf('- repeat: { times: 3, steps: [wait 1ms] }\n- wait 2ms'))).toEqual([1, 1, 1, 2])
    const nested = '- repeat: { times: 2, steps: [{ repeat: { times: 2, steps: [wait 1ms] } }, wait 2ms] }'
    expect(walk(flowOf(nested))).toEqual([1, 1, 2, 1, 1, 2])
  })

  test.each([
    ['1', [10, 30]],
    ['2', [20, 30]],
  ])('if runs the branch of its comparison: %s', (value, waits) => {
    const source = `- set: { x: ${value} }\n- if: { when: "\${x} == 1", do: [wait 10ms], else: [wait 20ms] }\n- wait 30ms`
    expect(walk(flowOf(source))).toEqual(waits)
  })

  test.each([
    [true, [10, 30]],
    [false, [30]],
  ])('chance runs its branch when the lot says so: %s', (lot, waits) => {
    expect(walk(flowOf('- chance: { of: 50%, do: [wait 10ms] }\n- wait 30ms'), {}, [lot])).toEqual(waits)
  })

  test('go to leads to its label, forward, backward and to the end', () => {
    expect(walk(flowOf('- go to end\n- wait 1ms\n- label end'))).toEqual([])
    expect(
      walk(flowOf('- label again\n- wait 1ms\n- chance: { of: 50%, do: [go to again] }'), {}, [true, true, false]),
    ).toEqual([1, 1, 1])
  })

  test('otherwise of receive leads to its label', () => {
    expect(flowOf('- receive: { as: phone, status: 200, otherwise: end }\n- wait 1ms\n- label end')[0]).toMatchObject({
      otherwise: 2,
    })
  })

  test('conditions compare what stands on both sides of the operator', () => {
    const [jump] = flowOf('- if: { when: "${call * 2} >= \'4\'", do: [wait 1ms] }')
    const condition = jump?.op === 'jump' ? jump.condition : undefined
    if (condition?.kind !== 'compare') throw new Error('no comparison')
    expect([condition.left.render({ call: 3 }), condition.operator, condition.right.render({})]).toEqual([
      '6',
      '>=',
      '4',
    ])
  })
})

test('every instruction points at its step', () => {
  const program = flowOf(`${call}- repeat:\n    times: 2\n    steps:\n      - talk 1s\n- hang up`)
  expect(program.map(({ op, source }) => [op, source.line, source.column])).toEqual([
    ['call', 7, 7],
    ['wait', 11, 13],
    ['jump', 8, 7],
    ['hang-up', 12, 7],
  ])
})
