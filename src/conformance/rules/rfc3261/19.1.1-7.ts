import { defineRule, pass, violation } from '../../rule.js'
import { pointAtUri, sipUrisOf } from '../../vocabulary.js'

const repeatedParam = (uri: string): boolean => {
  const afterHost = uri.slice(uri.indexOf('@') + 1).replace(/\?.*$/, '')
  const names = afterHost
    .split(';')
    .slice(1)
    .map((part) => (part.split('=')[0] ?? '').toLowerCase())
  return new Set(names).size < names.length
}

export const rule = defineRule({
  id: '3261-19.1.1-7',
  title: 'No URI parameter stands twice.',
  on: 'message',
  check: (message) => {
    const wrong = sipUrisOf(message).find(repeatedParam)
    return wrong === undefined ? pass : violation(`${wrong} has a parameter twice`, pointAtUri(message, wrong))
  },
})
