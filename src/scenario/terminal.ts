import type { JitterBufferSettings, Terminal } from '../model/terminal.js'
import { usualTerminal } from '../model/terminal.js'
import type { GroupSection } from './agents-schema.js'
import { choice, mapping, milliseconds } from './fields.js'
import type { Reading } from './reading.js'
import type { Path } from './yaml-document.js'

const longestMs = 2000

const bufferTime = milliseconds.refine((ms) => ms <= longestMs, { error: 'a jitter buffer holds 2s at most' })

export const jitterBufferSchema = mapping({
  kind: choice(['adaptive', 'fixed']).describe('whether it follows the jitter'),
  delay: bufferTime
    .optional()
    .describe('how long it holds packets: always when fixed, at the start when adaptive; 60ms'),
  min: bufferTime.optional().describe('adaptive: the least, 40ms when left out'),
  max: bufferTime.optional().describe('adaptive: the most, 200ms when left out'),
})

/** The terminal that a group stands for. */
export function terminalOf(section: GroupSection, path: Path, reading: Reading): Terminal {
  return {
    jitterBuffer: jitterBuffer(section, [...path, 'jitter buffer'], reading),
    concealsLoss: section['conceals loss'] ?? usualTerminal.concealsLoss,
  }
}

function jitterBuffer(section: GroupSection, path: Path, reading: Reading): JitterBufferSettings {
  const written = section['jitter buffer']
  if (written === undefined) return usualTerminal.jitterBuffer
  const delayMs = written.delay ?? 60
  if (written.kind === 'fixed') {
    for (const key of ['min', 'max'] as const) {
      if (written[key] !== undefined) {
        reading.problem([...path, key], `a fixed jitter buffer has no "${key}"; "delay" says it all`, { key: true })
      }
    }
    return { kind: 'fixed', delayMs }
  }
  const minMs = written.min ?? Math.min(40, delayMs)
  const maxMs = written.max ?? Math.max(200, delayMs)
  if (minMs > delayMs || delayMs > maxMs) {
    reading.problem(path, `the delay of ${delayMs}ms is not between ${minMs}ms and ${maxMs}ms`, { key: true })
  }
  return { kind: 'adaptive', initialMs: delayMs, minMs, maxMs }
}
