import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '5626-4.1-5',
  title: 'The instance of a user agent is a URN of a registered scheme, such as urn:uuid.',
  on: 'request',
  methods: ['REGISTER'],
  applies: ({ sip }) => /\+sip\.instance="<urn:/i.test(sip.getAll('Contact').join()),
  check: (request) =>
    /\+sip\.instance="<urn:(uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|gsma:imei:|nbn:|oid:)/i.test(
      request.sip.getAll('Contact').join(),
    )
      ? pass
      : violation('the URN is of no such scheme', at(request, 'Contact', '+sip.instance')),
})
