// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the language under test
import { describe, expect, test } from 'vitest'
import type { GatewayTarget, Load } from '../../src/model/scenario.js'
import { groupOf, problemsOf, scenarioOf, withGroup, withLoad } from './reading-aid.js'

test('what is left out has the value that the documentation says', () => {
  const scenario = scenarioOf(withGroup('count: 3'))
  expect(scenario).toMatchObject({
    version: 1,
    name: 'inline',
    seed: 7,
    gateway: { kind: 'embedded', options: { instances: 1, algorithms: ['MD5'], qop: ['auth'], realm: 'siploadgen' } },
    flows: [],
    warmupMs: 0,
    thresholds: [],
    limits: { callsPerSecond: undefined, concurrentCalls: undefined, numbers: [] },
    allow: [],
    timers: { t1Ms: 500, t2Ms: 4000, t4Ms: 5000 },
    dns: { servers: [] },
    samples: { calls: 20 },
  })
  expect(scenario.groups[0]).toMatchObject({
    name: 'phone',
    source: { line: 4, column: 3 },
    count: 3,
    transport: 'udp',
    listen: undefined,
    register: { expiresSeconds: 3600 },
    outboundFlows: 0,
    media: 'rtp',
    codecs: ['PCMU', 'PCMA'],
    answerOrder: 'offer',
    comfortNoise: false,
    ptimeMs: 20,
    audio: { kind: 'speech' },
    whenCalled: [{ op: 'answer' }],
    socket: 'group',
    batches: false,
    callsAtOnce: 1,
    reliableProvisionals: 'no',
    sessionTimer: undefined,
    tls: { verify: 'full', caFile: undefined },
    gateway: undefined,
  })
})

test('a seed in the file is used unless another is given; without one it is drawn', () => {
  expect(scenarioOf(`${withGroup('count: 1')}seed: 42\n`).seed).toBe(7)
})

test.each([
  ['', { lateMs: 400, gapMs: 300 }],
  ['hearing: { late: 150ms }\n', { lateMs: 150, gapMs: 300 }],
  ['hearing: { gap: 1s }\n', { lateMs: 400, gapMs: 1000 }],
])('what counts as late and as a gap: %s', (section, hearing) => {
  expect(scenarioOf(`${withGroup('count: 1')}${section}`).hearing).toEqual(hearing)
})

test.each([
  ['', { avoidMs: 30_000, zombieAfterMs: 60_000 }],
  ['failover: { avoid: 5s }\n', { avoidMs: 5_000, zombieAfterMs: 60_000 }],
  ['failover: { zombie after: 3s }\n', { avoidMs: 30_000, zombieAfterMs: 3_000 }],
])('how agents leave targets that fail: %s', (section, failover) => {
  expect(scenarioOf(`${withGroup('count: 1')}${section}`).failover).toEqual(failover)
})

test.each([
  ['', { times: 1, restMs: 10_000 }],
  ['repeat: 3\n', { times: 3, restMs: 10_000 }],
  ['repeat: { times: 5, rest: 30s }\n', { times: 5, restMs: 30_000 }],
  ['repeat: { times: 2, rest: 0s }\n', { times: 2, restMs: 0 }],
])('how often a scenario is run: %s', (section, repeat) => {
  expect(scenarioOf(`${withGroup('count: 1')}${section}`).repeat).toEqual(repeat)
})

test.each(['repeat: 0', 'repeat: 101', 'repeat: 1.5', 'repeat: often', 'repeat: { rest: 5s }'])(
  '%s is refused',
  (section) => {
    expect(problemsOf(`${withGroup('count: 1')}${section}\n`)).toHaveLength(1)
  },
)

describe('gateways', () => {
  const target = (transport: string, host: string, port: number | undefined, more = {}) => ({
    name: expect.any(String),
    transport,
    host,
    port,
    path: '/',
    priority: 0,
    weight: 1,
    ...more,
  })
  test.each<[string, string, object]>([
    ['none', 'udp', { kind: 'none' }],
    ['10.0.0.1', 'tls', { kind: 'external', targets: [target('tls', '10.0.0.1', 5061)] }],
    ['gw.example.com', 'tcp', { kind: 'external', targets: [target('tcp', 'gw.example.com', undefined)] }],
    ['gw.example.com', 'wss', { kind: 'external', targets: [target('wss', 'gw.example.com', 443)] }],
    ['10.0.0.1:5080', 'ws', { kind: 'external', targets: [target('ws', '10.0.0.1', 5080)] }],
    ['"[::1]:5080"', 'udp', { kind: 'external', targets: [target('udp', '::1', 5080)] }],
    [
      'wss://gw.example.com:8443/sip',
      'wss',
      { kind: 'external', targets: [target('wss', 'gw.example.com', 8443, { path: '/sip' })] },
    ],
    [
      'udp://10.0.0.1,udp://10.0.0.2',
      'udp',
      { targets: [target('udp', '10.0.0.1', 5060), target('udp', '10.0.0.2', 5060, { priority: 1 })] },
    ],
    [
      '[udp://10.0.0.1, { target: "udp://10.0.0.2", name: spare, priority: 5, weight: 9 }]',
      'udp',
      {
        targets: [
          target('udp', '10.0.0.1', 5060),
          target('udp', '10.0.0.2', 5060, { name: 'spare', priority: 5, weight: 9 }),
        ],
      },
    ],
    ['{ embedded: { auth: none } }', 'udp', { kind: 'embedded', options: { algorithms: [] } }],
    [
      '{ embedded: { instances: 2, auth: [SHA-256, MD5], qop: auth-int, faults: { rtp loss: 3%, signalling delay: 100ms, mute caller: 2%, restart after: 5s } } }',
      'udp',
      {
        kind: 'embedded',
        options: {
          instances: 2,
          algorithms: ['SHA-256', 'MD5'],
          qop: ['auth-int'],
          faults: { rtpLoss: 0.03, signallingDelayMs: 100, muteCallerPercent: 2, restartAfterMs: 5000, busyPercent: 0 },
        },
      },
    ],
  ])('%s over %s', (gateway, transport, wanted) => {
    expect(scenarioOf(withGroup(`count: 1\ntransport: ${transport}`, gateway)).gateway).toMatchObject(wanted)
  })

  test('a bare host is meant for every transport that agents speak', () => {
    const text = withGroup('count: 1\ntransport: wss', '10.0.0.1').replace(
      'load:',
      '  desk: { count: 1, identity: "sip:1@a.b" }\nload:',
    )
    const gateway: GatewayTarget = scenarioOf(text).gateway
    const targets = gateway.kind === 'external' ? gateway.targets : []
    expect(targets.map(({ transport, port }) => [transport, port])).toEqual([
      ['udp', 5060],
      ['wss', 443],
    ])
  })

  test('a group may have a gateway of its own', () => {
    expect(groupOf('count: 1\ngateway: udp://10.9.9.9').gateway).toMatchObject({ kind: 'external' })
  })
})

describe('inputs', () => {
  const text = withLoad('{ stages: [ramp to ${rate} over 3s, hold ${time}] }').replace(
    'agents',
    'inputs: { rate: { default: 5/s }, time: { default: 1s }, many: { default: 3 }, on: { default: true } }\nname: ${many} at ${rate}\nagents',
  )
  test('defaults are used, also within flow sequences', () => {
    const scenario = scenarioOf(text)
    expect(scenario.name).toBe('3 at 5/s')
    expect(scenario.inputs).toEqual({ rate: '5/s', time: '1s', many: '3', on: 'true' })
    expect(scenario.load.stages).toEqual([
      { from: 0, to: 5, ms: 3000 },
      { from: 5, to: 5, ms: 1000 },
    ])
  })

  test('--set replaces them', () => {
    expect(scenarioOf(text, { rate: '60/m', time: '2s' }).load.stages[1]).toEqual({ from: 1, to: 1, ms: 2000 })
  })

  test('a number given by --set is a number', () => {
    const counted = withGroup('count: ${2 * many}').replace('gateway', 'inputs: { many: { default: 3 } }\ngateway')
    expect(scenarioOf(counted).groups[0]?.count).toBe(6)
    expect(scenarioOf(counted, { many: '5' }).groups[0]?.count).toBe(10)
  })

  test('an input that the scenario does not have is refused', async () => {
    const { problemsOf } = await import('./reading-aid.js')
    expect(problemsOf(text, { rte: '1/s' })).toMatchObject([
      {
        text: '--set rte: the scenario has no input "rte", did you mean "rate"?',
        code: 'scenario/input',
        line: 2,
        column: 1,
      },
    ])
  })
})

describe('load', () => {
  test.each<[string, Partial<Load>]>([
    [
      '{ rate: 2/s, for: 10s }',
      {
        model: 'open',
        arrivals: 'even',
        stages: [{ from: 2, to: 2, ms: 10_000 }],
        calls: undefined,
        registrationRate: 100,
      },
    ],
    ['{ rate: 2/s, calls: 20 }', { stages: [{ from: 2, to: 2, ms: 10_000 }], calls: 20 }],
    ['{ rate: 2/s, calls: 20, arrivals: poisson }', { stages: [{ from: 2, to: 2, ms: 86_400_000 }], calls: 20 }],
    ['{ concurrent: 5, for: 10s }', { model: 'closed', stages: [{ from: 5, to: 5, ms: 10_000 }] }],
    ['{ concurrent: 5, calls: 10 }', { model: 'closed', stages: [{ from: 5, to: 5, ms: 86_400_000 }], calls: 10 }],
    [
      '{ stages: [ramp to 10/s over 30s, hold 2m, step to 20/s for 10s, ramp from 5/s to 1/s over 1s] }',
      {
        stages: [
          { from: 0, to: 10, ms: 30_000 },
          { from: 10, to: 10, ms: 120_000 },
          { from: 20, to: 20, ms: 10_000 },
          { from: 5, to: 1, ms: 1000 },
        ],
      },
    ],
    [
      '{ stages: [ramp to 50 calls over 10s, hold for 5s] }',
      {
        model: 'closed',
        stages: [
          { from: 0, to: 50, ms: 10_000 },
          { from: 50, to: 50, ms: 5000 },
        ],
      },
    ],
    [
      '{ stages: step to 1/s for 10s, registration rate: 600/m }',
      { stages: [{ from: 1, to: 1, ms: 10_000 }], registrationRate: 10 },
    ],
  ])('%s', (load, wanted) => {
    expect(scenarioOf(withLoad(load)).load).toMatchObject(wanted)
  })

  test('agents that only answer stay for a time or for so many calls', () => {
    const load = (text: string) => scenarioOf(withGroup('count: 1').replace('{ for: 10s }', text)).load
    expect(load('{ for: 10s }')).toMatchObject({ stages: [{ from: 0, to: 0, ms: 10_000 }], calls: undefined })
    expect(load('{ calls: 5 }')).toMatchObject({ stages: [{ from: 0, to: 0, ms: 86_400_000 }], calls: 5 })
  })

  test('weights share the calls among flows; without them all flows count alike', () => {
    const two = (load: string) => withLoad(load).replace('load:', '  other: [wait 1s]\nload:')
    const weights = (load: string) => scenarioOf(two(load)).flows.map(({ name, weight }) => [name, weight])
    expect(weights('{ rate: 1/s, for: 1s }')).toEqual([
      ['talk', 1],
      ['other', 1],
    ])
    expect(weights('{ rate: 1/s, for: 1s, flows: { talk: 70%, other: 30% } }')).toEqual([
      ['talk', 70],
      ['other', 30],
    ])
  })
})

test('limits, timers and the rest are read in the units of the model', () => {
  const text = withLoad(
    '{ rate: 1/s, for: 10s }',
    `limits: { calls per second: 120/m, concurrent calls: 9, numbers: ["20"] }
allow: sip.example.com
timers: { t1: 100ms, t2: 1s, t4: 2s }
dns: { servers: 127.0.0.1 }
samples: { calls: 3 }
warmup: 2s
capture: { keep: failed calls, media: none, size limit: 1.5MB }
conformance: { sample: 10% }
expect:
  - session.setup p95 < 1s
`,
  )
  expect(scenarioOf(text)).toMatchObject({
    limits: { callsPerSecond: 2, concurrentCalls: 9, numbers: ['20'] },
    allow: ['sip.example.com'],
    timers: { t1Ms: 100, t2Ms: 1000, t4Ms: 2000 },
    dns: { servers: ['127.0.0.1'] },
    samples: { calls: 3 },
    warmupMs: 2000,
    capture: { keep: 'failed calls', media: 'none', limitBytes: 1_500_000 },
    conformance: { profile: 'webrtc-gateway', knownDeviations: [], share: 0.1 },
    thresholds: [
      { text: 'session.setup p95 < 1s', metric: 'session.setup', wanted: 1000, source: { line: 16, column: 5 } },
    ],
  })
})

test('anchors and aliases stand for what they name', () => {
  const text = withLoad('{ rate: 1/s, for: 10s }').replace(
    'agents:\n',
    'agents:\n  other: &same { count: 4, identity: "sip:${n}@a.b" }\n  third: *same\n',
  )
  expect(scenarioOf(text).groups.map(({ name, count }) => [name, count])).toEqual([
    ['other', 4],
    ['third', 4],
    ['phone', 2],
  ])
})
