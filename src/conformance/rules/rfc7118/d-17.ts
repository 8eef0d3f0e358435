import { sameEnd } from '../../model/observed-message.js'
import { inBytes } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '7118-D-17',
  title: 'Frames of the client are masked, frames of the server are not.',
  on: 'webSocketFrame',
  // Without its beginning it is a guess which side is the client.
  applies: ({ connection }) => connection?.fromStart === true || connection?.upgradeRequest !== undefined,
  check: (frame) => {
    const client = frame.connection?.client
    const byClient = client !== undefined && sameEnd(frame.source, client)
    if (frame.masked === byClient) return pass
    return violation(
      byClient ? 'a frame of the client is not masked' : 'a frame of the server is masked',
      inBytes(frame, frame.controlPayload),
    )
  },
})
