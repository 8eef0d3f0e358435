// Judges captures with all rules and reads them with tshark, one core each, and prints the ratio of the CPU they take.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { udpPacket } from '../../dist/capture/write/ip-packet.js'
import { enhancedPacket, interfaceDescription, sectionHeader } from '../../dist/capture/write/pcapng-blocks.js'
import { cpuOf, median } from '../cpu.js'

const rounds = 3
const startMs = Date.UTC(2026, 0, 1)
const rawIp = 101
const caller = { host: '192.0.2.1', port: 5060 }
const gateway = { host: '192.0.2.9', port: 5060 }

const allow = 'INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, PRACK, REFER, NOTIFY, INFO'

const sdp = (host, port) =>
  `v=0\r\no=- ${port} ${port} IN IP4 ${host}\r\ns=-\r\nc=IN IP4 ${host}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n`

/** What a message has of its call: who calls whom with which identifiers. */
const named = (call) => {
  const [from, to] = [1000 + (call % 500), 2000 + ((call * 7) % 500)]
  const id = (call * 2_654_435_761) % 4_294_967_296
  return { from, to, id: id.toString(16).padStart(8, '0'), port: 10_000 + ((2 * call) % 50_000) }
}

const body = (text) =>
  text === ''
    ? 'Content-Length: 0\r\n\r\n'
    : `Content-Type: application/sdp\r\nContent-Length: ${text.length}\r\n\r\n${text}`

function request(call, method, step, more, text = '') {
  const { from, to, id } = named(call)
  const uri = method === 'INVITE' ? `sip:${to}@example.com` : `sip:${to}@192.0.2.9:5060`
  const tag = method === 'INVITE' ? '' : `;tag=b${id}`
  const cseq = method === 'BYE' ? 2 : 1
  return `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK${id}${step};rport\r\nMax-Forwards: 70\r\nFrom: <sip:${from}@example.com>;tag=a${id}\r\nTo: <sip:${to}@example.com>${tag}\r\nCall-ID: ${id}@192.0.2.1\r\nCSeq: ${cseq} ${method}\r\n${more}User-Agent: bench\r\n${body(text)}`
}

function response(call, status, method, step, more, text = '') {
  const { from, to, id } = named(call)
  const tag = status.startsWith('100') ? '' : `;tag=b${id}`
  const cseq = method === 'BYE' ? 2 : 1
  return `SIP/2.0 ${status}\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK${id}${step};rport=5060;received=192.0.2.1\r\nFrom: <sip:${from}@example.com>;tag=a${id}\r\nTo: <sip:${to}@example.com>${tag}\r\nCall-ID: ${id}@192.0.2.1\r\nCSeq: ${cseq} ${method}\r\n${more}Server: bench\r\n${body(text)}`
}

/** Messages of one call without a fault, and who sends each. */
function callMessages(call) {
  const { from, to, port } = named(call)
  const able = `Allow: ${allow}\r\nSupported: timer, replaces\r\n`
  const caller = `Contact: <sip:${from}@192.0.2.1:5060>\r\n`
  const callee = `Contact: <sip:${to}@192.0.2.9:5060>\r\n`
  return [
    [0, request(call, 'INVITE', 1, caller + able, sdp('192.0.2.1', port))],
    [1, response(call, '100 Trying', 'INVITE', 1, '')],
    [1, response(call, '180 Ringing', 'INVITE', 1, callee)],
    [1, response(call, '200 OK', 'INVITE', 1, callee + able, sdp('192.0.2.9', port))],
    [0, request(call, 'ACK', 2, caller)],
    [0, request(call, 'BYE', 3, '')],
    [1, response(call, '200 OK', 'BYE', 3, '')],
  ]
}

/** A hundred calls a second, each of which rings for three seconds and lasts for ten. */
function* sipHeavy(calls) {
  const times = [0, 5, 60, 3000, 3005, 13_000, 13_005]
  const steps = []
  for (let step = 0; step < times.length; step++)
    for (let call = 0; call < calls; call++) steps.push({ step, call, atMs: call * 10 + times[step] })
  steps.sort((a, b) => a.atMs - b.atMs)
  let id = 0
  for (const { step, call, atMs } of steps) {
    const [end, text] = callMessages(call)[step]
    const [from, to] = end === 0 ? [caller, gateway] : [gateway, caller]
    yield { atMs: startMs + atMs, bytes: udpPacket(from, to, Buffer.from(text), id++ & 0xffff) }
  }
}

function rtp(ssrc, sequence) {
  const packet = Buffer.alloc(172, 0xd5)
  packet[0] = 0x80
  packet[1] = 0
  packet.writeUInt16BE(sequence & 0xffff, 2)
  packet.writeUInt32BE(sequence * 160, 4)
  packet.writeUInt32BE(ssrc, 8)
  return packet
}

function* rtpHeavy(calls, packets) {
  let id = 0
  for (let call = 0; call < calls; call++) {
    for (const [end, text] of callMessages(call).slice(0, 5)) {
      const [from, to] = end === 0 ? [caller, gateway] : [gateway, caller]
      yield { atMs: startMs + call, bytes: udpPacket(from, to, Buffer.from(text), id++) }
    }
  }
  for (let sequence = 0; sequence < packets; sequence++) {
    for (let call = 0; call < calls; call++) {
      const port = 10_000 + ((2 * call) % 50_000)
      const [near, far] = [
        { host: caller.host, port },
        { host: gateway.host, port },
      ]
      const atMs = startMs + 5000 + sequence * 20 + call / calls
      yield { atMs, bytes: udpPacket(near, far, rtp(2 * call + 1, sequence), id++) }
      yield { atMs, bytes: udpPacket(far, near, rtp(2 * call + 2, sequence), id++) }
    }
  }
}

function write(file, frames) {
  const target = openSync(file, 'w')
  writeSync(target, sectionHeader('bench', 'bench'))
  writeSync(target, interfaceDescription(rawIp, 'bench0', 'bench'))
  let [blocks, count] = [[], 0]
  for (const { atMs, bytes } of frames) {
    blocks.push(enhancedPacket(0, atMs, bytes))
    count++
    if (blocks.length === 1000) writeSync(target, Buffer.concat(blocks.splice(0)))
  }
  writeSync(target, Buffer.concat(blocks))
  closeSync(target)
  return count
}

const program = fileURLToPath(new URL('../../bin/siploadgen.js', import.meta.url))
const memoryProbe = fileURLToPath(new URL('./max-rss.cjs', import.meta.url))

const programs = {
  siploadgen: (file) => [process.execPath, [program, 'check', file, '--profile', 'strict']],
  tshark: (file) => ['tshark', ['-n', '-r', file, '-q', '-z', 'sip,stat', '-z', 'rtp,streams']],
}

async function measure(program, file) {
  const [command, args] = programs[program](file)
  const cpu = await cpuOf('taskset', ['-c', '0', command, ...args])
  if (cpu.code !== 0) throw new Error(`${program} ended with ${cpu.code}: captures without a fault are to pass`)
  return cpu.total
}

/** The most memory that a check of the file holds, in megabytes. */
function memoryOf(file) {
  const [command, args] = programs.siploadgen(file)
  const { stderr } = spawnSync(command, ['--require', memoryProbe, ...args], { encoding: 'utf8' })
  return Math.round(Number(/max rss (\d+) kB/.exec(stderr)?.[1]) / 1e3)
}

if (spawnSync('tshark', ['--version']).status !== 0) {
  console.log('capture: skipped, tshark is not installed (Debian package tshark)')
  process.exit()
}

const folder = mkdtempSync(join(tmpdir(), 'siploadgen-bench-'))
try {
  for (const [name, frames] of [
    ['SIP-heavy', sipHeavy(40_000)],
    ['RTP-heavy', rtpHeavy(100, 6000)],
  ]) {
    const file = join(folder, `${name}.pcapng`)
    const count = write(file, frames)
    const [ours, theirs] = [[], []]
    for (let round = 0; round < rounds; round++) {
      ours.push(await measure('siploadgen', file))
      theirs.push(await measure('tshark', file))
    }
    const memory = memoryOf(file)
    const speed = (values) => `${Math.round(count / median(values)).toLocaleString('en')} packets/s`
    const megabytes = Math.round(statSync(file).size / 1e6)
    const ratio = (median(theirs) / median(ours)).toFixed(2)
    console.log(`capture, ${name}, ${count} packets, ${megabytes} MB, all rules, CPU of one core, median of ${rounds}`)
    console.log(`  siploadgen ${speed(ours)} in ${memory} MB, tshark ${speed(theirs)}, ratio ${ratio}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
