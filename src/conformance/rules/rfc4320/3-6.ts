import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf, seconds } from '../../vocabulary.js'

/** 64*T1: the client has given up. */
const GIVE_UP_MS = 32_000

export const rule = defineRule({
  id: '4320-3-6',
  title: 'A proxy passes on no response to a request other than INVITE when its client has given up.',
  on: 'hop',
  applies: (response) =>
    !response.isRequest &&
    response.method !== 'INVITE' &&
    response.forwardedFrom !== undefined &&
    requestOf(response) !== undefined,
  check: (response) => {
    const request = requestOf(response)
    const after = response.atMs - (request?.atMs ?? response.atMs)
    return after <= GIVE_UP_MS
      ? pass
      : violation(`it is sent after ${seconds(after)}`, startLine(response), startLine(request ?? response))
  },
})
