import { at, startLine } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'

/** What a proxy takes out, makes anew or puts together (16.7). */
const own = ['via', 'v', 'content-length', 'l', 'record-route', 'www-authenticate', 'proxy-authenticate']

export const rule = defineRule({
  id: '3261-16.7-43',
  title: 'A proxy removes nothing but its Via from a response.',
  on: 'hop',
  applies: (response) => !response.isRequest && response.status > 100 && response.forwardedFrom !== undefined,
  check: (response) => {
    const received = response.forwardedFrom
    if (received === undefined) return inapplicable
    const lost = received.sip.fields().find(({ name }) => !own.includes(name.toLowerCase()) && !response.sip.has(name))
    return lost === undefined
      ? pass
      : violation(`${lost.name} is missing`, startLine(response), at(received, lost.name))
  },
})
