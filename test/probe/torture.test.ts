import { describe, expect, it } from 'vitest'
import { statementOf } from '../../src/conformance/catalogue.js'
import { tortureMessages } from '../../src/probe/probes/torture.js'
import { SipMessage } from '../../src/sip/message/sip-message.js'
import { toWire } from '../../src/sip/message/wire.js'
import { tortureMessages as corpus, tortureMessage } from '../sip/message/corpus.js'

describe('the torture messages of probes', () => {
  it('are those of RFC 4475 and RFC 5118, all of them', () => {
    const names = [...corpus(4475), ...corpus(5118)].map(({ name }) => name)
    expect(tortureMessages.map(({ name }) => name).sort()).toEqual(names.sort())
  })

  it.each(tortureMessages.map((message) => [message.name, message] as const))(
    '%s is, byte for byte, what the RFC has',
    (name, message) => {
      const bytes = tortureMessage(message.statement.startsWith('4475') ? 4475 : 5118, name)
      // Some copies end before the empty line that the RFC has.
      const whole = bytes.includes('\r\n\r\n') ? bytes : Buffer.concat([bytes, toWire('\r\n')])
      expect(toWire(message.write(message.original))).toEqual(whole)
    },
  )

  it.each(tortureMessages.map((message) => [message.name, message] as const))(
    '%s fits other surroundings in nothing but addresses',
    (_, message) => {
      const there = { user: 'probe', domain: 'far.test', route: 'far.test' }
      const ours = { ...there, transport: 'TCP', sentBy: '127.0.0.1:4000', branch: 'z9hG4bKours', unique: 'x' }
      const [sent, original] = [ours, message.original].map((each) => SipMessage.parse(toWire(message.write(each))))
      expect(sent?.topVia).toMatchObject({ transport: 'TCP', host: '127.0.0.1', port: 4000 })
      expect(sent?.callId).toBe(original?.callId.replace(/^\w+/, '$&x'))
      const codes = (each: SipMessage | undefined) => each?.defects.map(({ code }) => code)
      expect(codes(sent)).toEqual(codes(original))
    },
  )

  it.each(tortureMessages.map((message) => [message.name, message] as const))(
    '%s is named in the catalogue',
    (name, message) => {
      expect(statementOf(message.statement)?.check).toMatch(new RegExp(`^Message ${name}: `))
    },
  )
})
