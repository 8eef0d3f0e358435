import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-19.3-1',
  title: 'A From tag is new for every dialog.',
  on: 'request',
  methods: ['INVITE'],
  applies: ({ isFirstHop, sip }) => isFirstHop && sip.toTag === '' && sip.fromTag !== '',
  check: (request, { memory }) => {
    const first = memory.byFromTag(request)
    return first === undefined || first.callId === request.sip.callId
      ? pass
      : violation(
          `the tag was used before in frame ${first.frame} with Call-ID ${first.callId}`,
          at(request, 'From', request.sip.fromTag),
        )
  },
})
