import { describe, expect, it } from 'vitest'
import { checkRequest } from '../../src/gateway/admission.js'
import { SipMessage } from '../../src/sip/message/sip-message.js'
import { tortureMessage } from '../sip/message/corpus.js'

const statusOf = (name: string): number | undefined =>
  checkRequest(SipMessage.parse(tortureMessage(4475, name)))?.status

describe('what the gateway checks before it does anything', () => {
  it.each([
    ['badinv01', 400, 'empty parameters of Via'],
    ['ncl', 400, 'a negative Content-Length'],
    ['multi01', 400, 'several Call-IDs'],
    ['mcl01', 400, 'two lengths of the body'],
    ['ltgtruri', 400, 'a Request-URI in brackets'],
    ['scalar02', 400, 'a CSeq beyond its range'],
    ['mismatch01', 400, 'a CSeq of another method'],
    ['unkscm', 416, 'an unknown scheme'],
    ['bext01', 420, 'an extension that proxies should know'],
    ['zeromf', 483, 'no more hops'],
  ] as const)('refuses %s with %i: %s', (name, status, _) => {
    expect(statusOf(name)).toBe(status)
  })

  it.each(['wsinv', 'esc01', 'longreq', 'semiuri', 'transports', 'mpart01', 'inv2543', 'baddate'])(
    'lets %s in',
    (name) => {
      expect(statusOf(name)).toBeUndefined()
    },
  )
})
