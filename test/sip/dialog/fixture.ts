import { SipMessage } from '../../../src/sip/message/sip-message.js'
import { toWire } from '../../../src/sip/message/wire.js'

export interface MessageParts {
  readonly from?: string
  readonly to?: string
  readonly cseq?: string
  readonly callId?: string
  /** Further lines, without line ends. */
  readonly lines?: readonly string[]
  readonly body?: string
}

/** A message with a start line and whatever else matters to the test. */
export function message(startLine: string, parts: MessageParts = {}): SipMessage {
  const { from = '<sip:caller@u1.example.com>;tag=u1', to = '<sip:callee@domain.com>;tag=u2' } = parts
  const { cseq = '1 INVITE', callId = 'c1', lines = [], body = '' } = parts
  const head = [
    startLine,
    'Via: SIP/2.0/UDP u1.example.com;branch=z9hG4bK1',
    `From: ${from}`,
    `To: ${to}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq}`,
    ...lines,
    `Content-Length: ${body.length}`,
  ]
  return SipMessage.parse(toWire(`${head.join('\r\n')}\r\n\r\n${body}`))
}
