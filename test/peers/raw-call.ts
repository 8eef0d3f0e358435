import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { atEnd } from './at-end.js'
import { header, headerLines, respond, status } from './raw-message.js'
import type { RawPhone } from './raw-phone.js'

/** Plain RTP on a socket of its own, to see what the lab's media relay does with it. */
export interface RawMedia {
  readonly port: number
  readonly payloads: readonly string[]
  offer(): string
  /** Sends `count` packets of PCMU whose payload carries the text. */
  send(sdp: string, text: string, count: number): void
}

const profileOf = (sdp: string): string => /^m=audio \d+ (\S+)/m.exec(sdp)?.[1] ?? ''

export const bodyOf = (message: string): string => message.slice(message.indexOf('\r\n\r\n') + 4)

/** Address and port of the audio in SDP. */
export function mediaAddress(sdp: string): { host: string; port: number; profile: string } {
  const host = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1] ?? ''
  const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1] ?? 0)
  return { host, port, profile: profileOf(sdp) }
}

export async function openRawMedia(host: string): Promise<RawMedia> {
  const socket: Socket = createSocket('udp4')
  const payloads: string[] = []
  socket.on('message', (bytes) => payloads.push(bytes.subarray(12).toString('latin1').trimEnd()))
  socket.bind(0, host)
  await once(socket, 'listening')
  atEnd(() => {
    socket.close()
  })
  const { port } = socket.address()
  let sequence = 0
  return {
    port,
    payloads,
    offer: () =>
      `v=0\r\no=- 1 1 IN IP4 ${host}\r\ns=-\r\nc=IN IP4 ${host}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0 101\r\n` +
      'a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\n',
    send: (sdp, text, count) => {
      const to = mediaAddress(sdp)
      for (let i = 0; i < count; i++) {
        const packet = Buffer.alloc(172, ' ')
        packet.writeUInt32BE(0x80000000 + (sequence & 0xffff), 0)
        packet.writeUInt32BE(sequence * 160, 4)
        packet.writeUInt32BE(port, 8)
        packet.write(text, 12, 'latin1')
        sequence += 1
        socket.send(packet, to.port, to.host)
      }
    },
  }
}

/** One side of a dialog, from the messages that made it (RFC 3261 12.1). */
export interface RawDialog {
  readonly phone: RawPhone
  /** Sends a request within the dialog; credentials are never asked for there. */
  send(method: string, cseq: number, body?: string): void
  request(method: string, cseq: number, body?: string): Promise<string>
}

const routesOf = (message: string): string[] =>
  headerLines(message, 'Record-Route').flatMap((line) => line.slice('Record-Route:'.length).split(','))

const contactUri = (message: string): string => /<([^>]+)>/.exec(header(message, 'Contact'))?.[1] ?? ''

/** The dialog as the caller knows it from the 2xx of its INVITE. */
export const callerDialog = (phone: RawPhone, answer: string): RawDialog =>
  dialog(phone, header(answer, 'From'), header(answer, 'To'), routesOf(answer).reverse(), answer)

/** The dialog as the callee knows it from the INVITE and the To that it answered with. */
export const calleeDialog = (phone: RawPhone, invite: string, toTag: string): RawDialog =>
  dialog(phone, `${header(invite, 'To')};tag=${toTag}`, header(invite, 'From'), routesOf(invite), invite)

function dialog(phone: RawPhone, local: string, remote: string, routes: string[], peer: string): RawDialog {
  const callId = header(peer, 'Call-ID')
  const target = contactUri(peer)
  const send = (method: string, cseq: number, body = ''): void => {
    phone.send(
      [
        `${method} ${target} SIP/2.0`,
        phone.via(),
        ...routes.map((route) => `Route: ${route.trim()}`),
        'Max-Forwards: 70',
        `From: ${local}`,
        `To: ${remote}`,
        `Call-ID: ${callId}`,
        `CSeq: ${cseq} ${method}`,
        `Contact: <${phone.contact}>`,
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    )
  }
  return {
    phone,
    send,
    request: (method, cseq, body) => {
      send(method, cseq, body)
      return phone.take(new RegExp(`^SIP/2\\.0 [2-6][^]*CSeq: ${cseq} ${method}`))
    },
  }
}

export interface RawCall {
  readonly caller: RawDialog
  readonly callee: RawDialog
  readonly invite: string
  readonly answer: string
}

/** Calls, and answers once `ready` is so; both phones end with a dialog, which the caller has yet to acknowledge. */
export async function establish(
  caller: RawPhone,
  callee: RawPhone,
  offer: string,
  answerBody: string,
  headers: readonly string[] = [],
  ready: Promise<unknown> = Promise.resolve(),
): Promise<RawCall> {
  const answering = (async () => {
    const invite = await callee.take(/^INVITE /, 10_000)
    const options = { toTag: `t${callee.user}`, contact: callee.contact }
    callee.send(respond(invite, 180, 'Ringing', options))
    await ready
    callee.send(respond(invite, 200, 'OK', { ...options, body: answerBody }))
    return invite
  })()
  const [answer, invite] = await Promise.all([
    caller.request('INVITE', callee.uri, { body: offer, headers }),
    answering,
  ])
  if (status(answer) !== 200) throw new Error(`the INVITE was answered:\n${answer}`)
  return {
    caller: callerDialog(caller, answer),
    callee: calleeDialog(callee, invite, `t${callee.user}`),
    invite,
    answer,
  }
}
