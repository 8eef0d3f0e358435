import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

const fields = ['Via', 'From', 'To', 'Contact', 'Route', 'Record-Route', 'Content-Type']
const withoutQuoted = (value: string): string => value.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/<[^>]*>/g, '<>')

function repeated(value: string): string | undefined {
  const names = withoutQuoted(value)
    .split(';')
    .slice(1)
    .map((part) => (part.split('=')[0] ?? '').trim().toLowerCase())
    .filter((name) => name !== '')
  return names.find((name, index) => names.indexOf(name) !== index)
}

export const rule = defineRule({
  id: '3261-7.3.1-6',
  title: 'No parameter stands twice in one header field value.',
  on: 'message',
  check: (message) => {
    for (const name of fields) {
      for (const value of message.sip.list(name)) {
        const parameter = repeated(value)
        if (parameter !== undefined) return violation(`${name} has ${parameter} twice`, at(message, name, value))
      }
    }
    return pass
  },
})
