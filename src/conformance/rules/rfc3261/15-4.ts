import { acksOf } from '../../dialog-vocabulary.js'
import { startLine } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'

/** RFC 3261 13.3.1.4: 64*T1, after which the callee gives up waiting. */
const GIVE_UP_MS = 32_000

export const rule = defineRule({
  id: '3261-15-4',
  title: 'The callee sends no BYE before the ACK has come or its time is over.',
  on: 'dialogRequest',
  methods: ['BYE'],
  applies: ({ byCaller, creation }) => !byCaller && creation.method === 'INVITE' && creation.accepted !== undefined,
  check: ({ request, creation, establishing }) => {
    const acks = acksOf(creation, establishing.sip.toTag).flatMap(({ requests }) => requests)
    if (acks.some(({ atMs }) => atMs < request.atMs)) return pass
    if (request.atMs - establishing.atMs >= GIVE_UP_MS) return pass
    const [late] = acks
    return late === undefined
      ? inconclusive('the ACK may be missing in the capture')
      : violation('the ACK came after the BYE', startLine(request), startLine(late))
  },
})
