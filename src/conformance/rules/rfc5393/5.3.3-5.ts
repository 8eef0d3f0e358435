import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '5393-5.3.3-5',
  title: 'The Max-Breadth values of parallel branches are together no more than the one that came.',
  on: 'proxied',
  party: 'proxy',
  applies: ({ request, outbound }) =>
    request.sip.has('Max-Breadth') && outbound.some((each) => each.request.sip.has('Max-Breadth')),
  check: ({ request, outbound }) => {
    // Branches that follow an ended one are not parallel to it.
    const last = outbound.reduce((latest, each) => Math.max(latest, each.request.atMs), 0)
    const parallel = outbound.filter(({ final }) => final === undefined || final.atMs > last)
    const sum = parallel.reduce((total, each) => total + Number(each.request.sip.get('Max-Breadth') ?? 0), 0)
    return sum <= Number(request.sip.get('Max-Breadth'))
      ? pass
      : violation(
          `the branches have ${sum} together`,
          at(request, 'Max-Breadth'),
          ...parallel.map((each) => at(each.request, 'Max-Breadth')),
        )
  },
})
