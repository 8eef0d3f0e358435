import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-5-4',
  title: 'The version in the first o= of a session is below 2**62 - 1.',
  on: 'request',
  methods: ['INVITE'],
  applies: ({ sip, description }) => sip.toTag === '' && /^\d{1,19}$/.test(description?.origin?.version ?? ''),
  check: (request) =>
    BigInt(request.description?.origin?.version ?? '0') < 2n ** 62n - 1n
      ? pass
      : violation('the version is too large', inBody(request, 'o=')),
})
