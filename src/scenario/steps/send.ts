import { rawSlots } from '../../model/raw-slots.js'
import { mapping, text } from '../fields.js'
import { suggest } from '../suggest.js'
import { defineStep, type StepPlace } from './step.js'

/** Brackets may stand for themselves, so only a word that is nearly a slot is a mistake. */
function checkSlots(message: string, at: StepPlace): void {
  const known = Object.keys(rawSlots)
  for (const match of message.matchAll(/\[([A-Za-z][\w-]*)\]/g)) {
    const word = match[1] ?? ''
    const near = known.includes(word) ? undefined : suggest(word, known)
    if (near === undefined) continue
    const offset = match.index + 1
    at.reading.problem([...at.path, 'message'], `unknown slot [${word}], did you mean [${near}]?`, { offset })
  }
}

export const send = defineStep({
  name: 'send',
  help:
    'Sends a SIP message as it is written, with its slots filled: no transaction and no dialog in between. Slots: ' +
    Object.entries(rawSlots)
      .map(([slot, help]) => `\`[${slot}]\` ${help}`)
      .join('; ') +
    '.',
  contexts: ['flow', 'when called'],
  effect: 'none',
  arguments: mapping({
    as: text.describe('the group whose agent sends'),
    message: text.describe('start line, header fields, an empty line and the body'),
    to: text.optional().describe('URI to send to, the gateway when left out'),
  }),
  example: `- send:
    as: phone
    message: |
      OPTIONS sip:lab.test SIP/2.0
      Via: SIP/2.0/[transport] [local];branch=[branch]
      Max-Forwards: 0
      From: <sip:probe@lab.test>;tag=[tag]
      To: <sip:lab.test>
      Call-ID: [call_id]
      CSeq: [cseq] OPTIONS
      Content-Length: [len]
- receive: { as: phone, status: 483, within: 500ms }`,
  compile(values, at) {
    checkSlots(values.message, at)
    if (!/^(?:SIP\/2\.0 \d|\S+ \S+ SIP\/2\.0)/.test(values.message) && !values.message.startsWith('${')) {
      const hint = 'write `METHOD uri SIP/2.0` or `SIP/2.0 200 OK`'
      at.reading.problem([...at.path, 'message'], 'the message does not begin with a start line', { hint })
    }
    return [
      {
        op: 'send',
        as: at.group(values.as, 'as'),
        message: at.text(values.message, 'message'),
        to: values.to === undefined ? undefined : at.text(values.to, 'to'),
      },
    ]
  },
})
