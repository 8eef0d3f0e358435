import { defineRule, pass } from '../../rule.js'
import { ofDefect } from '../../vocabulary.js'

/** Defects that have a rule of their own. */
const elsewhere: ReadonlySet<string> = new Set([
  'bare-lf',
  'bare-cr',
  'no-empty-line',
  'version',
  'missing-header',
  'missing-max-forwards',
  'repeated-header',
  'cseq-method',
  'body-short',
  'body-surplus',
  'missing-tag',
  'via-branch',
  'via-protocol',
  'utf-8',
  'received-brackets',
])
/** What a statement about the same field already says. */
const repeatedElsewhere =
  /where a parameter should begin|no value for parameter|no number below|The Request-URI|needs "<"|in the URI|Content-Length|Require has|Supported has/

export const rule = defineRule({
  id: '3261-G-01',
  title: 'Every field that is known follows its grammar.',
  on: 'message',
  check: (message) => {
    const defect = message.sip.defects.find(({ code, text }) => !elsewhere.has(code) && !repeatedElsewhere.test(text))
    return defect === undefined ? pass : ofDefect(message, defect)
  },
})
