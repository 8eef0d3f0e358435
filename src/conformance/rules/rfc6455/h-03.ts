import { httpList, statusOf } from '../../model/handshake.js'
import { inBytes } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'

const names = (values: readonly string[]): readonly string[] => values.map((value) => value.split(';')[0]?.trim() ?? '')

export const rule = defineRule({
  id: '6455-H-03',
  title: 'The 101 response selects no protocol and no extension that the client did not offer.',
  on: 'handshake',
  party: 'server',
  applies: ({ response }) => response !== undefined && statusOf(response) === 101,
  check: ({ request, response }) => {
    if (response === undefined) return inapplicable
    for (const field of ['Sec-WebSocket-Protocol', 'Sec-WebSocket-Extensions']) {
      const offered = names(httpList(request, field))
      const added = names(httpList(response, field)).find((name) => !offered.includes(name))
      if (added !== undefined) return violation(`${added} was not offered`, inBytes(response, response.head, field))
    }
    return pass
  },
})
