import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { credentialsOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-22.4-3',
  title: 'The uri parameter of credentials is in quotes.',
  on: 'request',
  applies: (request) => credentialsOf(request).some(({ value }) => /[\s,]uri\s*=/i.test(value)),
  check: (request) => {
    const bare = credentialsOf(request).find(({ value }) => /[\s,]uri\s*=\s*[^"\s]/i.test(value))
    return bare === undefined ? pass : violation('uri is not in quotes', at(request, bare.name))
  },
})
