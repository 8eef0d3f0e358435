import { defineRule, pass, violation } from '../../rule.js'
import { pointAtUri, sipUrisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-19.1.2-4',
  title: 'Header fields in a URI have their reserved characters escaped.',
  on: 'message',
  applies: (message) => sipUrisOf(message).some((uri) => uri.includes('?')),
  check: (message) => {
    const wrong = sipUrisOf(message).find((uri) => {
      const query = uri.includes('?') ? uri.slice(uri.indexOf('?') + 1) : ''
      return query.split('&').some((field) => /[;@,]/.test(field) || field.split('=').length > 2)
    })
    return wrong === undefined ? pass : violation(`${wrong} has an unescaped header field`, pointAtUri(message, wrong))
  },
})
