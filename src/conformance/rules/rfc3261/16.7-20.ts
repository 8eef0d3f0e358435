import { startLine } from '../../point.js'
import { lacksBranch } from '../../proxy-vocabulary.js'
import { defineRule, inapplicable, inconclusive, pass, violation } from '../../rule.js'

const classOf = (status: number): number => Math.floor(status / 100)

export const rule = defineRule({
  id: '3261-16.7-20',
  title: 'Of several refusals a proxy passes on one of the lowest class, or a 6xx.',
  on: 'proxied',
  methods: ['INVITE'],
  party: 'proxy',
  applies: ({ outbound, final }) =>
    outbound.length > 1 && (final?.status ?? 0) >= 300 && outbound.every((each) => (each.final?.status ?? 0) >= 300),
  check: (inbound) => {
    const { outbound, final } = inbound
    if (lacksBranch(inbound)) return inconclusive('the capture lacks a branch')
    const classes = outbound.map((each) => classOf(each.final?.status ?? 0))
    // A redirection that the proxy follows is no answer any more.
    if (classes.includes(3)) return inapplicable
    const wanted = classes.includes(6) ? 6 : Math.min(...classes)
    if (final === undefined || classOf(final.status) === wanted || !classes.includes(classOf(final.status))) return pass
    return violation(
      `${final.status} is passed on, there is a ${wanted}xx`,
      startLine(final),
      ...outbound.map((each) => startLine(each.final!)),
    )
  },
})
