import type { Text, Variables } from '../model/scenario.js'
import { utf8ToLatin1 } from '../sip/message/wire.js'

const constants = new WeakMap<Text, string>()
const none: Variables = {}

/** A text of the scenario as it stands in messages. One that is always the same is worked out once. */
export function wireText(text: Text, party: { readonly variables: Variables }): string {
  if (!text.constant) return utf8ToLatin1(text.render(party.variables))
  let known = constants.get(text)
  if (known === undefined) {
    known = utf8ToLatin1(text.render(none))
    constants.set(text, known)
  }
  return known
}
