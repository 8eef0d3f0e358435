import { choice, mapping, positiveMilliseconds, role, text } from '../fields.js'
import type { StepPlace } from './step.js'
import { defineStep, shortFor } from './step.js'

/** RFC 4733 3.2: the events 0 to 15. */
const digitsPattern = /^[0-9A-D*#]+$/i

/** Checks digits that are known now; those of a variable are checked by the far side. */
export function digitsText(digits: string, at: StepPlace) {
  if (!digits.includes('${') && !digitsPattern.test(digits)) {
    at.reading.problem([...at.path, 'digits'], `"${digits}" are not DTMF digits (0 to 9, A to D, * and #)`)
  }
  return at.text(digits, 'digits')
}

export const dtmf = defineStep({
  name: 'dtmf',
  help: 'Sends digits as telephone-events in RTP (RFC 4733) or as INFO requests.',
  contexts: ['flow', 'when called'],
  effect: 'needs',
  arguments: mapping({
    digits: text.describe('0 to 9, A to D, * and #'),
    by: role.optional().describe('who sends; the side whose steps these are when left out'),
    method: choice(['rtp', 'info']).optional().describe('rtp when left out'),
    tone: positiveMilliseconds.optional().describe('length of a digit, 100ms when left out'),
    pause: positiveMilliseconds.optional().describe('time between digits, 100ms when left out'),
  }),
  short: shortFor('dtmf: "12#"', 'digits'),
  example: '- call: { from: browser, to: phone }\n- dtmf: "12#"\n- hang up',
  compile: (values, at) => [
    {
      op: 'dtmf',
      by: values.by ?? at.ownRole,
      digits: digitsText(values.digits, at),
      method: values.method ?? 'rtp',
      toneMs: values.tone ?? 100,
      pauseMs: values.pause ?? 100,
    },
  ],
})
