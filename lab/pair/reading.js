// Reads captures by tshark and tcpdump: the calls of the agents, and when packets came. Knows nothing of siploadgen.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const own = '10.223.0.1'

/** Runs a program that reads a capture, and hands on each line of what it prints. */
async function readLines(command, args, row) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text) => {
    said += text
  })
  const ended = new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  for await (const line of createInterface({ input: child.stdout })) row(line)
  const code = await ended
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${said}`)
}

const messageFields = [
  'frame.time_epoch',
  'ip.src',
  'sip.Call-ID',
  'sip.CSeq.method',
  'sip.Method',
  'sip.Status-Code',
  'sip.to.tag',
  'sdp.media.port',
]

/** Calls by their messages at the agents' side; those in WebSockets are deciphered by the key log of the run. */
export async function readCalls(file, keys) {
  const calls = new Map()
  const args = ['-n', '-r', file, '-Y', 'sip', '-T', 'fields', '-E', 'separator=/t', '-E', 'aggregator=;']
  args.push('-o', `tls.keylog_file:${keys}`, '-d', 'tcp.port==8443,tls', '-o', 'http.tls.port:8443')
  for (const field of messageFields) args.push('-e', field)
  await readLines('tshark', args, (line) => {
    const [time, source, ids, cseqs, methods, statuses, toTags, ports] = line.split('\t')
    // Several messages may be in one segment; each field then has a value of each that has it.
    const of = (text) => text.split(';').filter((each) => each !== '')
    const message = { atMs: Number(time) * 1000, isSent: source === own, ports: of(ports).map(Number) }
    let [requests, responses] = [of(methods), of(statuses).map(Number)]
    for (const [n, callId] of of(ids).entries()) {
      const cseq = of(cseqs)[n]
      // tshark tells no order between requests and responses of one segment: the method of the CSeq does.
      const isRequest = requests.length > 0 && (responses.length === 0 || requests[0] === cseq)
      const [first, ...rest] = isRequest ? requests : responses
      if (isRequest) requests = rest
      else responses = rest
      note(calls, callId, { ...message, cseq, status: isRequest ? undefined : first, isInitial: of(toTags).length === 0 })
    }
  })
  return [...calls.values()].filter(({ invitedMs }) => invitedMs !== undefined)
}

function note(calls, callId, { atMs, isSent, cseq, status, isInitial, ports }) {
  if (cseq !== 'INVITE' && cseq !== 'BYE') return
  const call = calls.get(callId) ?? { callId, invitedMs: undefined, answeredMs: undefined, byes: [], ports: new Set() }
  calls.set(callId, call)
  if (isSent) for (const port of ports) call.ports.add(port)
  if (cseq === 'INVITE' && status === undefined && isSent && isInitial) call.invitedMs ??= atMs
  if (cseq === 'INVITE' && status === 200 && !isSent) call.answeredMs ??= atMs
  if (cseq !== 'BYE') return
  const bye = call.byes.find((each) => each.isSent === isSent)
  if (status === undefined) {
    if (!bye) call.byes.push({ atMs, isSent, status: undefined })
  } else if (status !== 407 && status !== 401) {
    // A response that comes in answers a request that went out.
    const asked = call.byes.find((each) => each.isSent !== isSent)
    if (asked && asked.status === undefined) Object.assign(asked, { status, finalMs: atMs })
  }
}

/** `1795678209.123456 IP 10.223.0.2.20000 > 10.223.0.1.40000: UDP, length 172` */
const packetPattern = /^(\d+\.\d+) IP \S+ > \d+\.\d+\.\d+\.\d+\.(\d+):/

/** When packets came to each of our ports, in milliseconds since 1970, by port; tshark would take minutes for it. */
export async function readArrivals(file, into) {
  await readLines('tcpdump', ['-r', file, '-tt', '-n', '-q'], (line) => {
    const [, time, port] = packetPattern.exec(line) ?? []
    if (time === undefined) return
    const times = into.get(Number(port))
    if (times) times.push(Number(time) * 1000)
    else into.set(Number(port), [Number(time) * 1000])
  })
}
