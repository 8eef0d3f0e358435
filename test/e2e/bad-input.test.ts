import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run, temporaryFolder, writeScenario } from './program.js'
import { UdpSink } from './udp-sink.js'

/** Everything that is wrong here would be sent to this socket, if anything were sent. */
let sink: UdpSink
beforeAll(async () => {
  sink = await new UdpSink().start()
})
afterAll(() => sink.stop())

const whole = `version: 1
name: Bad input
inputs:
  rate: { default: 1/s }
gateway: udp://127.0.0.1:PORT
agents:
  phone:
    count: 1
    identity: sip:100@lab.test
    register: false
    media: none
flows:
  talk:
    - call: { from: phone, to: "sip:200@lab.test" }
    - hang up
load: { rate: "\${rate}", calls: 1 }
expect:
  - session.ser == 100%
`

const scenario = (change: (text: string) => string): string =>
  writeScenario(change(whole.replace('PORT', String(sink.port))))

const replaced = (from: string, to: string) => () => scenario((text) => text.replace(from, to))
const untouched = () => scenario((text) => text)

interface Case {
  readonly what: string
  readonly file: () => string
  readonly args?: readonly string[]
  /** Line and column in the file; undefined when no place of the file is to blame. */
  readonly place?: string
  readonly says: RegExp
}

const cases: readonly Case[] = [
  { what: 'an unknown step', file: replaced('- hang up', '- hangup'), place: '15:7', says: /hang up/ },
  { what: 'an unknown key', file: replaced('count: 1', 'cuont: 1'), place: '8:5', says: /count/ },
  { what: 'a wrong type', file: replaced('count: 1', 'count: many'), place: '8:12', says: /many|number/i },
  { what: 'a bad percentage', file: replaced('== 100%', '== 100 %%'), place: '18:20', says: /unit/ },
  { what: 'an undefined name', file: replaced('sip:100@', 'sip:${nobody}@'), place: '9:21', says: /nobody/ },
  {
    what: 'a duplicate key',
    file: replaced('    count: 1', '    count: 1\n    count: 2'),
    place: '9:5',
    says: /count/,
  },
  { what: 'text that is no YAML', file: replaced('flows:', 'flows: ['), says: /:\d+:\d+: / },
  { what: 'a group that is not there', file: replaced('from: phone', 'from: fone'), place: '14:21', says: /phone/ },
  {
    what: 'an address that needs permission',
    file: replaced('127.0.0.1', '203.0.113.5'),
    says: /203\.0\.113\.5.*--allow-target/,
  },
  { what: 'a file that is not there', file: () => join(temporaryFolder(), 'none.yaml'), says: /none\.yaml/ },
  { what: 'an input that nobody declared', file: untouched, args: ['--set', 'rat=5'], says: /rat.*rate/ },
  { what: '--set without a value', file: untouched, args: ['--set', 'rate'], says: /NAME=VALUE/ },
  { what: 'an input with a value that does not fit', file: untouched, args: ['--set', 'rate=fast'], says: /fast/ },
  { what: 'an unknown format', file: untouched, args: ['--format', 'pdf'], says: /pdf.*html/ },
  { what: 'an unknown option', file: untouched, args: ['--fast'], says: /fast/ },
  { what: 'a seed that is no number', file: untouched, args: ['--seed', 'abc'], says: /seed/i },
]

describe('a run with', () => {
  it.each(cases)('$what ends with 2, says what and where, and sends nothing', async ({ file, args, place, says }) => {
    const path = file()
    const before = sink.received.length
    const ended = await run(['run', path, ...(args ?? [])])
    expect(ended.err).toMatch(says)
    expect(ended.code, ended.err).toBe(2)
    if (place !== undefined) expect(ended.err).toContain(`${path}:${place}: `)
    expect(ended.err).not.toContain('    at ')
    expect(sink.received.length).toBe(before)
  })

  it('several mistakes names each with its place', async () => {
    const path = scenario((text) => text.replace('- hang up', '- hangup').replace('count: 1', 'count: many'))
    const ended = await run(['validate', path])
    expect(ended.code).toBe(2)
    expect(ended.err).toContain(`${path}:8:12: `)
    expect(ended.err).toContain(`${path}:15:7: `)
  })
})

describe('a command line with', () => {
  it.each([
    ['an unknown command', ['explode'], 2, /explode/i],
    ['no command', [], 2, /name a command/],
    ['no scenario', ['run'], 2, /file is missing/],
    ['a result that is not there', ['report', 'nothing.json'], 2, /nothing\.json/],
  ])('%s ends with 2', async (_what, args, code, says) => {
    const ended = await run(args)
    expect(ended.code, ended.err).toBe(code)
    expect(ended.err).toMatch(says)
  })

  it.each([
    ['--help', /siploadgen.*COMMAND/],
    ['--version', /^\d+\.\d+\.\d+$/m],
    ['schema', /"\$schema"/],
  ])('%s ends with 0', async (arg, says) => {
    const ended = await run([arg])
    expect(ended).toMatchObject({ code: 0, err: '' })
    expect(ended.out).toMatch(says)
  })
})
