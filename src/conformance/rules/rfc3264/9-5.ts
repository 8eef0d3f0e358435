import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-9-5',
  title: 'A description of capabilities has port 0.',
  on: 'response',
  methods: ['OPTIONS'],
  applies: ({ description }) => (description?.media.length ?? 0) > 0,
  check: (response) => {
    const wrong = response.description?.media.find(({ port }) => port !== 0)
    return wrong === undefined ? pass : violation('the port is not 0', inBody(response, `m=${wrong.media}`))
  },
})
