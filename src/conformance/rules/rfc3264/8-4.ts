import { changed } from '../../media-vocabulary.js'
import { inBody } from '../../point.js'
import { defineRule, inapplicable, inconclusive, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-8-4',
  title: 'A description that changes keeps its o= line but for the version, which grows by one.',
  on: 'revision',
  applies: (revision) =>
    changed(revision) &&
    revision.message.description?.origin !== undefined &&
    revision.before.description?.origin !== undefined,
  check: ({ message, before }) => {
    const [now, then] = [message.description?.origin, before.description?.origin]
    if (now === undefined || then === undefined) return inapplicable
    const kept = now.user === then.user && now.sessionId === then.sessionId && now.address === then.address
    if (!kept) return violation('the o= line has changed', inBody(message, 'o='), inBody(before, 'o='))
    const step = Number(now.version) - Number(then.version)
    if (step === 1 || step === 0) return pass
    return step > 1
      ? inconclusive('a description between may be missing in the capture')
      : violation('the version has become less', inBody(message, 'o='), inBody(before, 'o='))
  },
})
