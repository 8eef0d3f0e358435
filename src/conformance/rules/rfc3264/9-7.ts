import { unmapped } from '../../media-vocabulary.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-9-7',
  title: 'A description of capabilities has a=rtpmap for dynamic payload types.',
  on: 'response',
  methods: ['OPTIONS'],
  applies: ({ description }) => description?.media.some(({ isRtp }) => isRtp) === true,
  check: (response) => {
    for (const media of response.description?.media ?? []) {
      const wrong = unmapped(media)
      if (wrong !== undefined)
        return violation(`payload type ${wrong} has no rtpmap`, inBody(response, `m=${media.media}`))
    }
    return pass
  },
})
