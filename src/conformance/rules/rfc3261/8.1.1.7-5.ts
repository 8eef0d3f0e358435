import { magicCookie } from '../../../sip/transaction/match.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-8.1.1.7-5',
  title: 'The branch begins with z9hG4bK and goes on after it.',
  on: 'hop',
  applies: ({ isRequest, sip }) => isRequest && sip.topVia.branch !== '',
  check: (request) => {
    const { branch } = request.sip.topVia
    return branch.startsWith(magicCookie) && branch.length > magicCookie.length
      ? pass
      : violation(`the branch is ${branch}`, at(request, 'Via', branch))
  },
})
