import type { CallTarget, Expected } from '../../model/instruction.js'
import { duration, expected, flag, headers, mapping, positiveMilliseconds, text } from '../fields.js'
import { didYouMean } from '../suggest.js'
import { defineStep, type StepPlace } from './step.js'

const answered: Expected = { codes: [], classes: [2] }
/** RFC 3261 9.2 and 21.4.25: a cancelled INVITE ends with 487. */
const cancelled: Expected = { codes: [487], classes: [] }

/** RFC 3261 16.6: a proxy waits 3 minutes for a final response (Timer C); whoever has none by then is not to expect one. */
const usualPatienceMs = 180_000

/** A group of the scenario, or a URI of someone else. */
export function callTarget(to: string, at: StepPlace, ...path: string[]): CallTarget {
  if (at.groups.includes(to)) return { kind: 'group', group: to }
  const uri = at.text(to, ...path)
  if (!/^(sips?|tel):|\$\{/i.test(to)) {
    at.reading.problem([...at.path, ...path], `"${to}" is neither a group nor a SIP URI${didYouMean(to, at.groups)}`, {
      hint: 'a URI begins with sip:, sips: or tel:',
    })
  }
  return { kind: 'uri', uri }
}

export const call = defineStep({
  name: 'call',
  help: 'Calls a group or a URI and waits for the final response (RFC 3261 13). With `cancel after` the call is given up while it rings (RFC 3261 9), and 487 is expected.',
  contexts: ['flow'],
  effect: 'starts',
  arguments: mapping({
    from: text.describe('the group that calls'),
    to: text.describe('the group that is called, or a URI'),
    expect: expected.optional().describe('the final status; 2xx when left out, 487 with `cancel after`'),
    'answer within': positiveMilliseconds
      .optional()
      .describe('patience for the final response, then CANCEL; 3m when left out (Timer C, RFC 3261 16.6)'),
    'cancel after': duration.optional().describe('send CANCEL so long after the INVITE'),
    'delayed offer': flag.optional().describe('INVITE without SDP: the callee offers in its 200 (RFC 3264)'),
    headers: headers.optional().describe('header fields to add to the INVITE'),
  }),
  example: '- call: { from: browser, to: phone }\n- hang up',
  compile(values, at) {
    const cancelAfter = values['cancel after']
    return [
      {
        op: 'call',
        from: at.group(values.from, 'from'),
        to: callTarget(values.to, at, 'to'),
        expect: values.expect ?? (cancelAfter === undefined ? answered : cancelled),
        answerWithinMs: values['answer within'] ?? (cancelAfter === undefined ? usualPatienceMs : undefined),
        cancelAfter,
        delayedOffer: values['delayed offer'] ?? false,
        headers: at.headers(values.headers, 'headers'),
      },
    ]
  },
})
