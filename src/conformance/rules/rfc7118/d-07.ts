import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isWebSocket } from '../../vocabulary.js'

const browsers = /JsSIP|SIP\.js|sipML|Mozilla/i

export const rule = defineRule({
  id: '7118-D-07',
  title: 'A client in a browser names itself by a random host under .invalid.',
  on: 'request',
  applies: (request) =>
    isWebSocket(request) && request.isFirstHop && browsers.test(request.sip.get('User-Agent') ?? ''),
  check: (request) => {
    const { host } = request.sip.topVia
    return /\.invalid$/i.test(host) ? pass : violation(`the host is ${host}`, at(request, 'Via', host))
  },
})
