// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the language under test
import { describe, expect, test } from 'vitest'
import type { AgentGroup } from '../../src/model/scenario.js'
import { usualTerminal } from '../../src/model/terminal.js'
import { groupOf, scenarioOf, withFlow, withGroup } from './reading-aid.js'

const jitterBuffers = (
  [
    ['{ kind: fixed, delay: 80ms }', { kind: 'fixed', delayMs: 80 }],
    ['{ kind: fixed }', { kind: 'fixed', delayMs: 60 }],
    ['{ kind: adaptive }', usualTerminal.jitterBuffer],
    ['{ kind: adaptive, delay: 20ms }', { kind: 'adaptive', initialMs: 20, minMs: 20, maxMs: 200 }],
    [
      '{ kind: adaptive, delay: 50ms, min: 10ms, max: 1s }',
      { kind: 'adaptive', initialMs: 50, minMs: 10, maxMs: 1000 },
    ],
  ] as const
).map(([keys, jitterBuffer]): [string, Partial<AgentGroup>] => [
  `jitter buffer: ${keys}`,
  { terminal: { jitterBuffer, concealsLoss: false } },
])

describe('groups', () => {
  test.each<[string, Partial<AgentGroup>]>([
    ['register: false', { register: undefined }],
    ['register: { expires: 90s }', { register: { expiresSeconds: 90 } }],
    [
      'transport: wss\nws: { path: /sip, origin: "https://a.test", headers: { X-A: 1 } }',
      { ws: { path: '/sip', origin: 'https://a.test', headers: { 'X-A': '1' } } },
    ],
    ['codecs: pcma', { codecs: ['PCMA'] }],
    ['codecs: [opus, g722, pcma]', { codecs: ['opus', 'G722', 'PCMA'] }],
    ['answer order: own', { answerOrder: 'own' }],
    ['comfort noise: true', { comfortNoise: true }],
    ['ptime: 30ms', { ptimeMs: 30 }],
    ['audio: silence', { audio: { kind: 'silence' } }],
    ['socket: call', { socket: 'call' }],
    [
      'media: webrtc',
      {
        media: 'webrtc',
        webrtc: { iceTimeoutMs: 10_000, dtlsTimeoutMs: 10_000, setup: 'active' },
        codecs: ['opus', 'PCMU', 'PCMA'],
      },
    ],
    [
      'media: webrtc\nice: { timeout: 3s }\ndtls: { setup: passive, timeout: 4s }\ncodecs: [pcma]',
      { webrtc: { iceTimeoutMs: 3000, dtlsTimeoutMs: 4000, setup: 'passive' }, codecs: ['PCMA'] },
    ],
    ['source addresses: [127.0.0.2, "::1"]', { sourceAddresses: ['127.0.0.2', '::1'] }],
    ['source addresses: 127.0.0.2', { sourceAddresses: ['127.0.0.2'] }],
    ['calls at once: 5', { callsAtOnce: 5 }],
    ['provisional: reliable', { reliableProvisionals: 'supported' }],
    ['provisional: required', { reliableProvisionals: 'required' }],
    ['session timer: 90s', { sessionTimer: { expiresSeconds: 90, refresher: 'uac' } }],
    ['session timer: { expires: 30m, refresher: uas }', { sessionTimer: { expiresSeconds: 1800, refresher: 'uas' } }],
    ['listen: 127.0.0.1:5070', { listen: { host: '127.0.0.1', port: 5070 } }],
    ['listen: "[::1]:5070"', { listen: { host: '::1', port: 5070 } }],
    ['listen: 127.0.0.1', { listen: { host: '127.0.0.1', port: 0 } }],
    ['outbound flows: 2', { outboundFlows: 2 }],
    ['media: none', { media: 'none' }],
    ['codecs: pcmu', { terminal: usualTerminal }],
    ['codecs: pcmu', { marks: true, listening: 1 }],
    ['mark: off', { marks: false, listening: 0 }],
    ['mark: off\nlistening: full', { marks: false, listening: 1 }],
    ['listening: off', { listening: 0 }],
    ['listening: 12.5%', { listening: 0.125 }],
    ['conceals loss: true', { terminal: { ...usualTerminal, concealsLoss: true } }],
    ...jitterBuffers,
    ['rtcp xr: true', { extendedReports: { voipMetrics: true, receiverRoundTrip: true } }],
    ['rtcp xr: false', { extendedReports: undefined }],
    [
      'media: sdes',
      {
        media: 'sdes',
        srtpSuites: ['AES_CM_128_HMAC_SHA1_80', 'AEAD_AES_256_GCM', 'AEAD_AES_128_GCM', 'AES_CM_128_HMAC_SHA1_32'],
      },
    ],
    ['media: sdes\nsrtp suites: AEAD_AES_128_GCM', { srtpSuites: ['AEAD_AES_128_GCM'] }],
    ['media: rtp', { mediaPorts: 'own' }],
    ['media: sdes\nmedia ports: shared', { mediaPorts: 'shared' }],
  ])('%s', (keys, group) => {
    expect(groupOf(`count: 1\n${keys}`)).toMatchObject(group)
  })

  test.each([
    ['each sends marks', '', '', [1, 1]],
    ['one does', 'mark: off', '', [1, 1]],
    ['none does', 'mark: off', 'mark: off', [0, 0]],
    ['none does, and one looks for those of others', 'mark: off', 'mark: off, listening: 50%', [0, 0.5]],
    ['none does but without media', 'mark: off', 'media: none', [0, 0]],
  ])('listen where marks may be: %s', (_, first, second, listening) => {
    const { groups } = scenarioOf(`version: 1
gateway: none
agents:
  one: { count: 1, identity: "sip:one@lab.test", listen: "127.0.0.1:0", ${first} }
  two: { count: 1, identity: "sip:two@lab.test", listen: "127.0.0.1:0", ${second} }
load: { for: 10s }
`)
    expect(groups.map((group) => group.listening)).toEqual(listening)
  })

  test('texts are rendered for each agent', () => {
    const group = groupOf(
      'count: 2\ndisplay name: Phone ${n}\nauth user: u${pad(n, 3)}\npassword: p${2000 + n}\nheaders: { X-N: "${n}", X-L: [a, b] }',
    )
    const texts = [group.identity, group.displayName, group.authUser, group.password].map((text) =>
      text?.render({ n: 1 }),
    )
    expect(texts).toEqual(['sip:2001@lab.test', 'Phone 1', 'u001', 'p2001'])
    expect(group.headers.map(({ name, value }) => [name, value.render({ n: 1 })])).toEqual([
      ['X-N', '1'],
      ['X-L', 'a'],
      ['X-L', 'b'],
    ])
  })

  test('a number that is written with leading zeros stays as it is written', () => {
    expect(groupOf('count: 1\npassword: 0012').password?.render({ n: 0 })).toBe('0012')
  })

  test('a password comes from a file or from the environment and is part of no text', () => {
    expect(groupOf('count: 1\npassword: { file: secret.txt }').password?.render({ n: 0 })).toBe('s3cret')
    process.env.SIPLOADGEN_TEST_PASSWORD = 'hush'
    const scenario = scenarioOf(withGroup('count: 1\npassword: { env: SIPLOADGEN_TEST_PASSWORD }'))
    delete process.env.SIPLOADGEN_TEST_PASSWORD
    expect(scenario.groups[0]?.password?.render({ n: 0 })).toBe('hush')
  })

  test('an input that a password is made of is hidden from results', () => {
    const text = withGroup('count: 1\npassword: ${word}').replace(
      'gateway',
      'inputs: { word: { default: hush }, other: { default: x } }\ngateway',
    )
    const scenario = scenarioOf(text)
    expect(scenario.groups[0]?.password?.render({ n: 0 })).toBe('hush')
    expect(scenario.inputs).toEqual({ word: '(hidden)', other: 'x' })
  })
})

describe('agents from CSV', () => {
  test('rows give columns, and the number of agents', () => {
    const text = withGroup('from csv: users.csv\npassword: ${secret}').replace('${2000 + n}', '${user}')
    const [group] = scenarioOf(text).groups
    expect(group?.count).toBe(2)
    expect(group?.rows).toEqual([
      { user: '1001', secret: 'pa,ss', ext: '7' },
      { user: '1002', secret: 'q"uote', ext: '8' },
    ])
    expect(group?.identity.render({ n: 1, ...group.rows[1] })).toBe('sip:1002@lab.test')
  })

  test('semicolons separate as well, and count may differ from the rows', () => {
    const [group] = scenarioOf(withGroup('count: 5\nfrom csv: semicolon.csv')).groups
    expect(group).toMatchObject({
      count: 5,
      rows: [
        { user: '2001', secret: 'x' },
        { user: '2002', secret: 'y' },
      ],
    })
  })

  test('columns are known in the flows that name the group', () => {
    const text = withFlow('- call: { from: phone, to: "sip:${ext}@lab.test" }\n- hang up').replace(
      'phone: { count: 2,',
      'phone: { from csv: users.csv,',
    )
    const [operation] = scenarioOf(text).flows[0]?.program ?? []
    expect(operation?.op === 'call' && operation.to.kind === 'uri' && operation.to.uri.render({ ext: '7' })).toBe(
      'sip:7@lab.test',
    )
  })

  test.each([
    ['ragged.csv', ['2:1 1 fields where 2 columns are named', '3:1 3 fields where 2 columns are named']],
    [
      'columns.csv',
      [
        '1:1 the column "user" is named twice',
        '1:1 the column "n" has the name of the agent\'s number',
        '1:1 "bad name" is not a column name',
      ],
    ],
    ['no-rows.csv', ['6:15 "no-rows.csv" has no rows below its line of column names']],
  ])('%s is refused with the lines that are wrong', async (name, wanted) => {
    const { problemsOf } = await import('./reading-aid.js')
    const found = problemsOf(withGroup(`from csv: ${name}`)).map(
      ({ line, column, text }) => `${line}:${column} ${text}`,
    )
    expect(found).toEqual(wanted)
  })
})
