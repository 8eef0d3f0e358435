import { parseChallenge } from '../../../sip/message/auth-params.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { credentialsOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-22.4-5',
  title: 'Credentials without qop have neither cnonce nor nc.',
  on: 'request',
  applies: (request) => credentialsOf(request).some(({ value }) => /^digest\b/i.test(value)),
  check: (request) => {
    for (const { name, value } of credentialsOf(request)) {
      const params = parseChallenge(value)?.params
      if (params !== undefined && !params.has('qop') && (params.has('cnonce') || params.has('nc')))
        return violation('there is cnonce or nc without qop', at(request, name, params.has('cnonce') ? 'cnonce' : 'nc'))
    }
    return pass
  },
})
