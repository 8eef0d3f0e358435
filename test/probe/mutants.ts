import type { TransportName } from '../../src/model/address.js'
import type { Need } from '../../src/probe/probe.js'
import type { Mutation, Rewrite } from './far-side/link.js'

/** A far side that breaks one statement. */
export interface Mutant extends Mutation {
  readonly statement: string
  readonly transport?: TransportName
  readonly declared?: readonly Need[]
  /** The probe that finds it, where several decide the statement. */
  readonly probe?: string
}

/** Every response to a request of that method becomes one of another status. */
const answers = (method: string, from: number | RegExp, status: number): Rewrite => {
  const start = new RegExp(`^SIP/2\\.0 ${typeof from === 'number' ? from : from.source} [^\\r]*`)
  return (text) =>
    text.includes(`CSeq: ${/^CSeq: (\d+)/m.exec(text)?.[1]} ${method}\r\n`)
      ? text.replace(start, `SIP/2.0 ${status} Mutant`)
      : text
}

/** What is heard lacks something. */
const without =
  (what: RegExp): Rewrite =>
  (text) =>
    text.replace(what, '')

const field = (name: string): RegExp => new RegExp(`^${name}:[^\\r]*\\r\\n`, 'im')

/** Answers what a pattern fits in another way. */
const refusing = (what: RegExp): Rewrite => {
  const refused = new Set<string>()
  return (text) => {
    const branch = /branch=([^;\r,]*)/.exec(text)?.[1] ?? ''
    if (!text.startsWith('SIP/')) {
      if (what.test(text)) refused.add(branch)
      return text
    }
    return refused.has(branch) ? text.replace(/^SIP\/2\.0 \d+ [^\r]*/, 'SIP/2.0 400 Mutant') : text
  }
}

/** The same rewrite in both directions, so that what was heard decides what is said. */
const both = (rewrite: Rewrite): Mutation => ({ hears: rewrite, says: rewrite })

/** Loses what is sent a second time. */
const once = (what: RegExp): Rewrite => {
  const seen = new Set<string>()
  return (text) => {
    if (!what.test(text)) return text
    if (seen.has(text)) return undefined
    seen.add(text)
    return text
  }
}

/** Takes messages for pieces of a stream, and waits for the rest of what has no end. */
const joined = (): Rewrite => {
  let held = ''
  return (text) => {
    held += text
    if (!held.endsWith('\r\n\r\n')) return undefined
    const whole = held
    held = ''
    return whole
  }
}

const retagged = (what: RegExp): Rewrite => {
  let count = 0
  return (text) => (what.test(text) ? text.replace(/^(To:.*;tag=)/im, `$1${count++}`) : text)
}

export const mutants: readonly Mutant[] = [
  { statement: '3261-11-1', says: answers('OPTIONS', 200, 405) },
  { statement: '3261-8.1.1.2-2', says: answers('OPTIONS', 200, 416) },
  { statement: '3261-7.3.1-5', says: without(/^Via: SIP\/2.0\/UDP lower[^\r]*\r\n/m) },
  { statement: '3261-7.3.2-1', ...both(refusing(/^Retry-After/m)) },
  { statement: '3261-8.2.2-1', ...both(refusing(/^Unheard-Of/m)) },
  { statement: '3261-7.3.3-3', hears: (text) => (/^v:/m.test(text) ? undefined : text) },
  { statement: '3261-19.1.1-12', ...both(refusing(/;x-probe=1/)) },
  { statement: '3261-8.1.1.2-3', says: answers('OPTIONS', 200, 416), transport: 'tls' },
  { statement: '3261-19.1.2-6', hears: (text) => text.replace(/sip:%66ar/g, 'sip:far') },
  { statement: '3261-18.1.1-3', hears: (text) => (text.length > 2000 ? undefined : text) },
  { statement: '3261-26.3.1-11', faults: ['takes any password'] },
  { statement: '3261-18-3', hears: (text, { transport }) => (transport === 'tcp' ? undefined : text) },
  { statement: '3261-18.3-1', ...both(refusing(/surplus$/)) },
  { statement: '3261-18.3-2', hears: (text) => text.replace('Content-Length: 40', 'Content-Length: 0') },
  { statement: '3261-18.2.2-5', hears: without(/;maddr=[^\r;]*/) },
  { statement: '3261-7.5-1', hears: (text) => (text.startsWith('\r\nOPTIONS') ? undefined : text), transport: 'tcp' },
  { statement: '5626-5.4-2', hears: (text) => (text === '\r\n\r\n' ? undefined : text), transport: 'tcp' },
  { statement: '5626-5.4-1', faults: ['stun errors'] },
  { statement: '3261-26.3.1-1', hears: () => undefined, transport: 'tls' },
  { statement: '3261-26.3.2.1-2', faults: ['another name in its certificate'], transport: 'tls' },
  { statement: '3263-4.1-14', faults: ['another name in its certificate'], transport: 'tls' },
  { statement: '7118-4.2-1', faults: ['deaf for binary'], transport: 'ws' },
  { statement: '7118-D-08', ...both(refusing(/^Via: \S+ [^;]*\.invalid/m)) },
  {
    statement: '7118-D-10',
    hears: (text) => (text.includes('Content-Length') || text.trim() === '' ? text : undefined),
  },
  { statement: '7118-D-11', hears: (text) => text.replace('Content-Length: 40', 'Content-Length: 0') },
  { statement: '7118-D-13', faults: ['no fragments'] },
  { statement: '7118-D-16', faults: ['takes any octets'] },
  { statement: '7118-D-18', faults: ['no pong'] },
  { statement: '7118-D-35', faults: ['no close frame'] },
  { statement: '7118-D-38', faults: ['takes reserved frames'] },
  { statement: '7118-D-14', hears: (text) => text.split(/(?=^OPTIONS )/m) },
  { statement: '7118-D-15', hears: joined() },
  { statement: '7118-D-19', hears: (text) => (text === '\r\n\r\n' ? undefined : text) },
  { statement: '6455-H-04', faults: ['upgrades anything'] },
  { statement: '6455-H-05', faults: ['upgrades anything'] },
  { statement: '6455-H-06', faults: ['silent to HTTP'] },
  { statement: '6455-H-07', faults: ['redirects origins'] },
  { statement: '6455-H-08', faults: ['500 for unknown paths'] },
  { statement: '7118-D-01', faults: ['always sip'] },
  { statement: '7118-D-02', faults: ['no protocol'] },
  { statement: '7118-D-03', faults: ['the first protocol'] },
  { statement: '7118-D-04', faults: ['any case'] },
  { statement: '7118-D-21', says: (text) => (text.startsWith('INVITE ') ? [text, text] : text) },
  { statement: '7118-D-22', says: once(/^SIP\/2\.0 200[\s\S]*CSeq: \d+ INVITE/) },
  { statement: '7118-D-23', faults: ['waits for ever'] },
  { statement: '7118-D-24', faults: ['by the address only'] },
  { statement: '7118-D-27', faults: ['keeps its Route'] },
  { statement: '7118-D-28', faults: ['by the address only'] },
  { statement: '7118-D-29', faults: ['wrong code for lost flows'] },
  { statement: '7118-D-30', faults: ['keeps lost calls'] },
  { statement: '7118-D-32', faults: ['the oldest flow'] },
  {
    statement: '7118-D-33',
    faults: ['keeps lost calls'],
    hears: (text) => (/^INVITE [\s\S]*^To:[^\r]*;tag=/m.test(text) ? undefined : text),
  },
  { statement: '7118-D-36', hears: (text) => (text.length > 100_000 ? undefined : text) },
  { statement: '7118-D-45', faults: ['keeps its Route'] },
  { statement: '7118-D-37', faults: ['cannot inflate'] },
  { statement: '7118-D-39', faults: ['takes raw SIP'] },
  { statement: '7118-D-41', faults: ['no challenge'] },
  { statement: '7118-D-42', faults: ['speaks old TLS'], transport: 'wss' },
  { statement: '7118-7-4', faults: ['ignores cookies'] },
  { statement: '3261-8.2.1-1', says: answers('XPROBE', 501, 200) },
  { statement: '3261-8.2.1-2', says: answers('MESSAGE', 405, 202) },
  { statement: '3261-8.2.1-4', says: (text) => text.replace(', OPTIONS', '') },
  { statement: '3261-8.2.2.3-1', hears: without(field('Require')) },
  { statement: '3261-8.2.3-1', says: answers('INVITE', 415, 400) },
  { statement: '3261-8.2.3-3', says: without(field('Accept-Encoding')) },
  { statement: '3261-8.2.3-4', says: without(field('Accept-Language')) },
  { statement: '3261-23.2-18', says: answers('INVITE', 493, 400) },
  { statement: '3261-8.2.2.2-1', faults: ['merges'] },
  { statement: '3261-8.2.2.3-4', says: answers('CANCEL', 200, 420) },
  { statement: '3261-12.2.2-2', says: answers('INFO', 481, 200) },
  { statement: '3261-15.1.2-2', says: answers('BYE', 481, 200) },
  { statement: '3261-12.2.2-4', says: answers('OPTIONS', 500, 200) },
  { statement: '6026-7.3-19', says: retagged(/^SIP\/2\.0 200[\s\S]*CSeq: \d+ INVITE/) },
  { statement: '6026-6-5', hears: (text) => (/^ACK /.test(text) && !text.includes('z9hG4bK') ? undefined : text) },
  { statement: '3261-17.2.1-5', says: once(/^SIP\/2\.0 180/) },
  { statement: '3261-14.2-1', says: without(field('Retry-After')) },
  { statement: '3261-17.2.1-9', says: once(/^SIP\/2\.0 420/), faults: ['tries'] },
  { statement: '3261-17.2.1-11', hears: (text) => (text.startsWith('ACK ') ? undefined : text) },
  { statement: '3261-17.2.2-7', says: retagged(/^SIP\/2\.0 200[\s\S]*CSeq: \d+ OPTIONS/) },
  { statement: '3261-17.2.2-6', says: once(/^SIP\/2\.0 200[\s\S]*CSeq: \d+ OPTIONS/) },
  { statement: '3261-12.1.1-14', says: answers('BYE', 200, 481) },
  { statement: '3261-11.2-1', says: answers('OPTIONS', 200, 480) },
  { statement: '3261-13.1-1', says: (text) => text.replace(', CANCEL, BYE', '') },
  {
    statement: '3261-13.2.1-16',
    says: (text) => (/^SIP\/2\.0 200[\s\S]*INVITE/.test(text) ? text.replace(/^m=.*\r\n/m, '') : text),
  },
  {
    statement: '3261-13.3.1-4',
    says: (text) => (/^SIP\/2\.0 200[\s\S]*INVITE/.test(text) ? text.replace(/^m=.*\r\n/m, '') : text),
  },
  {
    statement: '3261-14.2-11',
    says: (text) => (/^SIP\/2\.0 200[\s\S]*o=probe 1 3/.test(text) ? text.replace(/RTP\/AVP .*/, 'RTP/AVP 96') : text),
  },
  { statement: '3264-6-8', says: (text) => text.replace('m=x-probe 0', 'm=x-probe 6002') },
  { statement: '3264-6.1-24', says: (text) => text.replace('m=audio 0 RTP/AVP 101', 'm=audio 6000 RTP/AVP 101') },
  { statement: '3261-14.2-3', faults: ['new version each time'] },
  { statement: '3261-14.2-4', faults: ['media does not move'] },
  { statement: '3264-8.4-3', faults: ['media goes on'] },
  { statement: '3261-15.1.2-5', faults: ['forgets open requests'] },
  { statement: '3261-12.1.1-6', says: answers('OPTIONS', 200, 481) },
  { statement: '6026-7.3-21', says: (text) => (text.startsWith('BYE ') ? undefined : text) },
  {
    statement: '3261-12.2.1.1-5',
    says: (text) => (text.startsWith('BYE ') ? text.replace(/^(To:[^\r]*)/m, '$1;tag=') : text),
  },
  { statement: '3261-8.2.7-1', faults: ['tries'] },
  { statement: '3261-8.2.7-2', faults: ['repeats'] },
  { statement: '3261-8.2.7-3', faults: ['answers ACK'] },
  { statement: '3261-8.2.7-4', faults: ['answers CANCEL'] },
  { statement: '3261-8.2.7-5', says: retagged(/^SIP\/2\.0 200/) },
  { statement: '3261-8.3-5', says: (text) => text.replace(/^SIP\/2\.0 302/, 'SIP/2.0 420') },
  // Registrars.
  {
    statement: '3261-10.3-28',
    hears: (text) => (/^CSeq: 2[01] REGISTER/m.test(text) ? text.replace('Expires: 200', 'Expires: 300') : text),
  },
  { statement: '3261-10.3-29', says: answers('REGISTER', 500, 200) },
  { statement: '3261-10.3-19', faults: ['any order'] },
  { statement: '3261-10.3-20', says: answers('REGISTER', 500, 200) },
  { statement: '3261-10.3-6', faults: ['half of it'] },
  {
    statement: '3261-10.3-27',
    hears: (text) =>
      /^Expires: 0/m.test(text) && !text.includes('Contact: *') ? text.replace('Expires: 0', 'Expires: 60') : text,
  },
  { statement: '3261-10.3-5', hears: (text) => text.replace('Expires: 100\r', 'Expires: 400\r') },
  { statement: '3261-10.3-17', says: answers('REGISTER', 400, 200) },
  { statement: '3261-10.3-18', faults: ['keeps all'] },
  { statement: '3261-10.3-7', faults: ['forgets other devices'] },
  { statement: '3261-10.3-15', faults: ['keeps escapes', 'any user for any address'] },
  { statement: '3261-10.3-16', faults: ['keeps parameters'] },
  { statement: '3261-10.3-23', faults: ['another time each time'] },
  { statement: '3261-10.3-13', faults: ['any user for any address'] },
  { statement: '3261-10.3-14', says: answers('REGISTER', 404, 200) },
  { statement: '3261-10.3-30', faults: ['registers what fails'] },
  { statement: '3261-10.2-2', faults: ['routes by Record-Route'] },
  {
    statement: '3261-22.4-1',
    says: (text) => (/REGISTER/.test(text) ? text.replace(/^SIP\/2\.0 200 .*/, 'SIP/2.0 403 Mutant') : text),
  },
  { statement: '5626-6-1', says: without(/^Path:[^\r]*\r\n/gm) },
  { statement: '5626-6-10', faults: ['passes the edge by'] },
  { statement: '5626-6-4', faults: ['outbound over two hops'] },
  { statement: '5626-6-5', faults: ['no 439'] },
  { statement: '5626-6-8', faults: ['forgets other devices'] },
  { statement: '5626-6-12', faults: ['by the address only'] },
  { statement: '5626-7-4', faults: ['by the address only'] },
  { statement: '5626-6-14', faults: ['the oldest flow'] },
  { statement: '5626-7-1', faults: ['all flows at once'] },
  { statement: '5626-7-3', faults: ['tries flows after anything'] },
  { statement: '5626-7-5', faults: ['wrong code for lost flows'] },
  { statement: '5626-5.4-4', faults: ['closes silent connections'] },
  // Proxies.
  { statement: '3261-16.3-7', says: without(/^X-Probe:[^\r]*\r\n/m) },
  { statement: '3261-16.4-6', faults: ['keeps its Route'] },
  { statement: '3261-16.4-5', faults: ['keeps maddr'] },
  { statement: '3261-16.3-9', hears: (text) => text.replace('Max-Forwards: 0', 'Max-Forwards: 70') },
  { statement: '3261-16.3-11', says: answers('INVITE', 483, 404) },
  { statement: '3261-16.3-15', hears: without(field('Proxy-Require')) },
  { statement: '3261-16.3-3', faults: ['merged requests are loops'] },
  { statement: '3261-16.3-1', faults: ['forwards malformed'] },
  { statement: '3261-16.3-4', faults: ['forwards malformed'] },
  { statement: '3261-16.3-5', faults: ['forwards malformed'] },
  { statement: '3261-16.3-2', faults: ['silent to malformed'] },
  { statement: '3261-16.2-1', faults: ['no 100'] },
  {
    statement: '3261-16.6-22',
    hears: (text) =>
      text.startsWith('INFO ')
        ? text.replace(/^INFO \S+/, 'INFO sip:probe@far.test').replace(/^Route:[^\r]*\r\n/m, '')
        : text,
  },
  { statement: '3261-16.4-2', faults: ['no strict routers', 'loose routes only'] },
  { statement: '3261-16.7-46', says: once(/^SIP\/2\.0 200[\s\S]*CSeq: \d+ INVITE/) },
  {
    statement: '3261-22.3-12',
    hears: (text) =>
      text.includes('foreign.invalid')
        ? text.replace(/^Proxy-Authorization: Digest username="[^x][^\r]*\r\n/m, '')
        : text,
  },
  { statement: '3261-22.1-8', hears: (text) => (/^ACK [\s\S]*Proxy-Authorization/.test(text) ? undefined : text) },
  { statement: '4320-3-4', faults: ['no late 100'] },
  { statement: '3261-17.2.2-4', says: once(/^SIP\/2\.0 100[\s\S]*OPTIONS/) },
  { statement: '3261-17.1.1.2-22', faults: ['acknowledges once'] },
  { statement: '3261-16.5-2', says: (text) => text.replace(';x-probe=kept', '') },
  { statement: '3261-16.5-1', faults: ['ignores maddr'] },
  { statement: '3261-16.6-42', faults: ['loose routes only'] },
  { statement: '3261-16.5-15', says: answers('OPTIONS', 404, 200) },
  { statement: '3261-16.5-16', says: answers('OPTIONS', 480, 200) },
  { statement: '3261-16.9-1', says: answers('OPTIONS', 430, 200) },
  { statement: '3261-16.10-6', faults: ['481 for strange CANCEL'] },
  { statement: '3261-16.7-20', faults: ['chooses the highest'] },
  { statement: '3261-16.7-22', faults: ['its own final'] },
  { statement: '3261-16.7-34', faults: ['one challenge'] },
  { statement: '3261-16.7-14', faults: ['never cancels'] },
  { statement: '3261-16.7-23', says: answers('INVITE', 603, 480) },
  { statement: '3261-16.7-15', faults: ['one answer only'] },
  { statement: '6026-7.2-2', faults: ['one answer only'] },
  { statement: '3261-16.7-7', faults: ['recurses and passes on'] },
  { statement: '5393-5.3.3-3', faults: ['no breadth limit'] },
  { statement: '5393-5.3.3-6', faults: ['any breadth'] },
  { statement: '3261-16.6-58', faults: ['spirals are loops'] },
  { statement: '5393-4.2.2-4', faults: ['no loop detection'] },
  { statement: '5393-4.1-1', faults: ['no loop detection'] },
  { statement: '6026-6-4', faults: ['forwards strays'] },
  { statement: '6026-7.3-26', faults: ['forwards strays'] },
  { statement: '3261-18.1.2-1', faults: ['takes foreign responses'] },
  { statement: '3261-16.7-6', faults: ['keeps own responses'] },
  { statement: '3261-16.7-21', faults: ['504 for 408'] },
  { statement: '3261-16.8-3', faults: ['504 for 408'] },
  { statement: '3261-16.8-2', faults: ['never cancels'] },
  { statement: '3261-16.6-63', faults: ['waits for ever'] },
  { statement: '3261-16.6-64', faults: ['impatient'] },
  { statement: '3261-16.7-4', faults: ['never waits longer'] },
  // Proxies without state.
  { statement: '3261-16.11-1', faults: ['tries'] },
  { statement: '3261-16.11-2', faults: ['checks nothing'] },
  { statement: '3261-16.11-4', faults: ['forks'] },
  { statement: '3261-16.11-5', faults: ['forks'] },
  { statement: '3261-16.11-9', faults: ['new branches'] },
  { statement: '3261-16.11-13', faults: ['changes copies'] },
  { statement: '3261-16.11-16', faults: ['answers CANCEL'] },
  { statement: '3261-16.11-7', faults: ['loses CANCEL'] },
  { statement: '3261-16.11-21', faults: ['takes foreign responses'] },
  // Callers.
  { statement: '3261-8.1.3.2-1', faults: ['ignores 499'] },
  { statement: '3261-13.2.2-2', faults: ['changes its mind'] },
  { statement: '3261-8.1.3.2-2', faults: ['never acknowledges'] },
  { statement: '3261-8.1.3.2-3', faults: ['never acknowledges'] },
  { statement: '3261-13.2.2-10', faults: ['acknowledges once'] },
  { statement: '3581-3-3', faults: ['never acknowledges'] },
  { statement: '3581-3-4', faults: ['never acknowledges'] },
  { statement: '3261-18.1.1-10', faults: ['never acknowledges'] },
  { statement: '3261-18.1.1-11', faults: ['never acknowledges'] },
  { statement: '3261-13.2.2-11', faults: ['one answer only'] },
  { statement: '3261-12.1.2-11', faults: ['wants tags'] },
  { statement: '3261-20.5-2', faults: ['wants tags'] },
  { statement: '3261-8.1.3.4-8', faults: ['keeps headers'] },
  { statement: '3261-8.1.3.4-12', faults: ['old branch'] },
  { statement: '3261-19.1.5-1', faults: ['drops parameters'] },
  { statement: '3261-19.1.5-4', faults: ['drops parameters'] },
  { statement: '3261-8.1.3.4-2', faults: ['tries again'] },
  { statement: '3261-21.4-5', faults: ['another realm'] },
  { statement: '3261-15.1.1-2', faults: ['insists on BYE'] },
  { statement: '3261-8.1.1.8-2', says: (text) => (/^SIP\/2\.0 200[\s\S]*OPTIONS/.test(text) ? undefined : text) },
  { statement: '3261-17.1.1.2-5', faults: ['never gives up'] },
  { statement: '3261-8.1.3.1-1', faults: ['never gives up'] },
  // Clients of WebSocket.
  { statement: '7118-D-40', faults: ['loses glued frames'] },
  { statement: '7118-D-21', faults: ['repeats over WebSocket'], probe: 'clients/registering' },
  { statement: '7118-5.3-5', faults: ['wants received'] },
  { statement: '7118-4.2-1', faults: ['deaf for binary'], probe: 'clients/messages' },
  {
    statement: '7118-D-10',
    hears: (text) => (text.includes('Content-Length') || text.trim() === '' ? text : undefined),
    probe: 'clients/messages',
  },
  {
    statement: '7118-D-11',
    hears: (text) => text.replace('Content-Length: 40', 'Content-Length: 0'),
    probe: 'clients/messages',
  },
  { statement: '7118-D-13', faults: ['no fragments'], probe: 'clients/messages' },
  { statement: '7118-D-18', faults: ['no pong'], probe: 'clients/messages' },
  { statement: '7118-D-14', hears: (text) => text.split(/(?=^OPTIONS )/m), probe: 'clients/messages' },
  { statement: '7118-D-15', hears: joined(), probe: 'clients/messages' },
  { statement: '7118-D-16', faults: ['takes any octets'], probe: 'clients/bad-text' },
  { statement: '7118-D-35', faults: ['no close frame'], probe: 'clients/closing' },
  { statement: '7118-D-31', faults: ['comes at once'] },
  { statement: '7118-D-31', faults: ['forgets its instance'] },
  { statement: '7118-7-1', faults: ['no cookies'] },
  { statement: '7118-7-2', faults: ['comes at once'] },
  { statement: '7118-9.1-2', faults: ['takes any certificate'] },
]
