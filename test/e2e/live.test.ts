import { describe, expect, it } from 'vitest'
import { program, start, temporaryFolder, writeScenario } from './program.js'

const scenario = (): string =>
  writeScenario(`version: 1
name: Watched
agents:
  caller: { count: 4, identity: "sip:\${100 + n}@lab.test", password: "p\${100 + n}", media: none }
  callee:
    count: 4
    identity: sip:\${200 + n}@lab.test
    password: p\${200 + n}
    media: none
    when called: [ring 100ms, answer]
flows:
  talk: [{ call: { from: caller, to: callee } }, wait 300ms, hang up]
load: { rate: 5/s, calls: 12 }
expect: [session.ser == 100%]
`)

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** The program under a terminal of its own; `script` passes its exit code on. */
const onTerminal = (args: readonly string[], columns = 100) =>
  start(
    ['-qec', `stty cols ${columns} rows 30; ${[process.execPath, program, ...args].map(quote).join(' ')}`, '/dev/null'],
    {
      command: 'script',
    },
  )

const controlSequence = '\u001b['
const CURSOR_UP = /\u001b\[\dA/g

describe('on a terminal', () => {
  it('a screen is drawn over itself while the run goes on, and the summary stays', async () => {
    const running = onTerminal(['run', scenario(), '--out', temporaryFolder()])
    const ended = await running.ended
    expect([0, 3], ended.out).toContain(ended.code)
    // Four frames a second for the 2.4 s of the load and what surrounds it, each over the one before.
    expect(ended.out.match(/[█░]{10,}/g)?.length ?? 0).toBeGreaterThan(5)
    expect(ended.out.match(CURSOR_UP)?.length ?? 0).toBeGreaterThan(5)
    expect(ended.out).toContain('Watched')
    expect(ended.out).toContain('12 attempted, 12 established, 12 completed, 0 failed')
    // The cursor is shown again.
    expect(ended.out.lastIndexOf(`${controlSequence}?25h`)).toBeGreaterThan(
      ended.out.lastIndexOf(`${controlSequence}?25l`),
    )
  })

  it('of unknown size lines are written instead', async () => {
    const ended = await onTerminal(['run', scenario(), '--out', temporaryFolder()], 0).ended
    expect(ended.out).not.toMatch(CURSOR_UP)
    expect(ended.out).toContain('12 attempted, 12 established, 12 completed, 0 failed')
  })

  it('--quiet draws nothing', async () => {
    const ended = await onTerminal(['run', scenario(), '--out', temporaryFolder(), '--quiet']).ended
    expect(ended.out).toBe('')
  })
})

describe('without a terminal', () => {
  it('no escape is written, and no more than a line every five seconds', async () => {
    const ended = await start(['run', scenario(), '--out', temporaryFolder()]).ended
    expect(ended.err + ended.out).not.toContain(controlSequence)
    expect(ended.err.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(Math.floor(ended.ms / 5000))
  })
})
