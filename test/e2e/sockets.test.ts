import { describe, expect, it } from 'vitest'
import { readResult, run, temporaryFolder, writeScenario } from './program.js'
import { field, reply, UdpSink } from './udp-sink.js'

const sdp = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n'

/** Two phones place three calls each to a gateway that writes down which socket a message came from. */
async function placedOver(socket: 'group' | 'phone' | 'call') {
  const sink = await new UdpSink().start()
  sink.answer = (text) => {
    if (text.startsWith('INVITE ')) {
      return [reply(text, '200 OK', `Contact: <sip:sink@127.0.0.1:${sink.port}>\r\n`, sdp)]
    }
    return text.startsWith('BYE ') ? [reply(text, '200 OK')] : []
  }
  const scenario = writeScenario(`version: 1
gateway: ${sink.url}
agents:
  phone: { count: 2, identity: "sip:\${100 + n}@lab.test", register: false, media: none, socket: ${socket} }
flows:
  talk: [{ call: { from: phone, to: "sip:300@lab.test" } }, wait 20ms, hang up]
load: { rate: 10/s, calls: 6 }
expect: [session.ser == 100%]
`)
  const out = temporaryFolder()
  const ended = await run(['run', scenario, '--out', out])
  await sink.stop()
  expect(readResult(out).calls, ended.err).toMatchObject({ attempted: 6, completed: 6 })
  return sink
}

describe('the UDP sockets of a group', () => {
  it.each([
    ['group', 1],
    ['phone', 2],
    ['call', 6],
  ] as const)('socket: %s makes %i for six calls of two phones', async (socket, sockets) => {
    const sink = await placedOver(socket)
    expect(new Set(sink.requests('INVITE').map(({ from }) => from.port)).size).toBe(sockets)
    for (const bye of sink.requests('BYE')) {
      const invite = sink.requests('INVITE').find(({ text }) => field(text, 'Call-ID') === field(bye.text, 'Call-ID'))
      expect(bye.from.port).toBe(invite?.from.port)
      expect(bye.text).toContain(`Via: SIP/2.0/UDP 127.0.0.1:${bye.from.port};`)
    }
  })
})
