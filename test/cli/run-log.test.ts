import { describe, expect, it } from 'vitest'
import { type LogLevel, RunLog } from '../../src/cli/run/run-log.js'

const failed = {
  group: 'phone',
  agent: '1001',
  transport: 'udp',
  refresh: false,
  startedMs: 0,
  endedMs: 1,
  status: 403,
  ok: false,
  reason: '403 Forbidden',
} as const

function linesAt(level: LogLevel, times: number): string[] {
  const lines: string[] = []
  const log = new RunLog(level, (line) => lines.push(line))
  for (let i = 0; i < times; i++) log.registration(failed)
  log.registration({ ...failed, ok: true, status: 200, reason: '' })
  log.connectionLost('phone', '1001', 'reset')
  return lines
}

describe('the log of a run', () => {
  it.each([
    ['error', []],
    ['warn', ['warn phone 1001: not registered: 403 Forbidden\n', 'warn phone 1001: connection lost: reset\n']],
    [
      'info',
      [
        'warn phone 1001: not registered: 403 Forbidden\n',
        'info phone 1001: registered\n',
        'warn phone 1001: connection lost: reset\n',
      ],
    ],
  ] as const)('at %s holds what that level is for', (level, wanted) => {
    expect(linesAt(level, 1)).toEqual(wanted)
  })

  it('leaves out what repeats, and says so once', () => {
    const lines = linesAt('warn', 100)
    expect(lines.filter((line) => line.includes('403'))).toHaveLength(20)
    expect(lines.filter((line) => line.includes('further lines of this kind are left out'))).toHaveLength(1)
  })

  it('at debug leaves nothing out', () => {
    expect(linesAt('debug', 100).filter((line) => line.includes('403'))).toHaveLength(100)
  })
})
