import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-8.3.2-3',
  title: 'A payload type stands for the same encoding during the whole session.',
  on: 'revision',
  applies: ({ message }) => message.description?.media.some(({ isRtp }) => isRtp) === true,
  check: ({ message, before }) => {
    for (const [index, media] of (message.description?.media ?? []).entries()) {
      const then = before.description?.media[index]
      if (then === undefined || then.port === 0 || !media.isRtp || then.media !== media.media) continue
      const wrong = media.formats.find(
        (format) => then.formats.includes(format) && then.encoding(format) !== media.encoding(format),
      )
      if (wrong !== undefined)
        return violation(
          `payload type ${wrong} was ${then.encoding(wrong)}`,
          inBody(message, `a=rtpmap:${wrong} `),
          inBody(before, `a=rtpmap:${wrong} `),
        )
    }
    return pass
  },
})
