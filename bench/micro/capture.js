// Reads the same captures with siploadgen and with tshark, one core each, and prints the ratio of their speeds.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { udpPacket } from '../../dist/capture/write/ip-packet.js'
import { enhancedPacket, interfaceDescription, sectionHeader } from '../../dist/capture/write/pcapng-blocks.js'

const rounds = 3
const startMs = Date.UTC(2026, 0, 1)
const rawIp = 101
const caller = { host: '192.0.2.1', port: 5060 }
const gateway = { host: '192.0.2.9', port: 5060 }

const sdp = (port) =>
  `v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n`

function message(first, call, cseq, method, body) {
  return `${first}\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-${call}-${cseq};rport\r\nMax-Forwards: 70\r\nFrom: <sip:alice@example.com>;tag=f${call}\r\nTo: <sip:bob@example.com>;tag=t${call}\r\nCall-ID: ${call}@192.0.2.1\r\nCSeq: ${cseq} ${method}\r\nContact: <sip:alice@192.0.2.1:5060>\r\nUser-Agent: bench\r\nAllow: INVITE, ACK, BYE, CANCEL, OPTIONS\r\nContent-Type: application/sdp\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

/** Messages of one call, and who sends each. */
function callMessages(call) {
  const port = 10_000 + ((2 * call) % 50_000)
  const status = (text, cseq, method, body = '') => [1, message(`SIP/2.0 ${text}`, call, cseq, method, body)]
  const request = (method, cseq, body = '') => [
    0,
    message(`${method} sip:bob@192.0.2.9 SIP/2.0`, call, cseq, method, body),
  ]
  return [
    request('INVITE', 1, sdp(port)),
    status('100 Trying', 1, 'INVITE'),
    status('180 Ringing', 1, 'INVITE'),
    status('200 OK', 1, 'INVITE', sdp(port + 1)),
    request('ACK', 1),
    request('BYE', 2),
    status('200 OK', 2, 'BYE'),
  ]
}

function* sipHeavy(calls) {
  let at = 0
  for (let call = 0; call < calls; call++) {
    for (const [end, text] of callMessages(call)) {
      const [from, to] = end === 0 ? [caller, gateway] : [gateway, caller]
      yield { atMs: startMs + at++, bytes: udpPacket(from, to, Buffer.from(text), at) }
    }
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

const reader = fileURLToPath(new URL('./capture-reader.js', import.meta.url))

const programs = {
  siploadgen: (file) => [process.execPath, [reader, file]],
  tshark: (file) => ['tshark', ['-n', '-r', file, '-q', '-z', 'sip,stat', '-z', 'rtp,streams']],
}

function measure(program, file) {
  const [command, args] = programs[program](file)
  const begin = process.hrtime.bigint()
  const { status, stdout, stderr } = spawnSync('taskset', ['-c', '0', command, ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`)
  return { seconds: Number(process.hrtime.bigint() - begin) / 1e9, megabytes: Number(/(\d+) MB/.exec(stdout)?.[1]) }
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

if (spawnSync('tshark', ['--version']).status !== 0) {
  console.log('capture: skipped, tshark is not installed (Debian package tshark)')
  process.exit()
}

const folder = mkdtempSync(join(tmpdir(), 'siploadgen-bench-'))
try {
  for (const [name, frames] of [
    ['SIP-heavy', sipHeavy(40_000)],
    ['RTP-heavy', rtpHeavy(100, 2000)],
  ]) {
    const file = join(folder, `${name}.pcapng`)
    const count = write(file, frames)
    const ours = []
    const theirs = []
    let memory = 0
    for (let round = 0; round < rounds; round++) {
      const run = measure('siploadgen', file)
      memory = Math.max(memory, run.megabytes)
      ours.push(run.seconds)
      theirs.push(measure('tshark', file).seconds)
    }
    const speed = (values) => `${Math.round(count / median(values)).toLocaleString('en')} packets/s`
    const megabytes = Math.round(statSync(file).size / 1e6)
    const ratio = (median(theirs) / median(ours)).toFixed(2)
    console.log(`capture, ${name}, ${count} packets, ${megabytes} MB, one core, median of ${rounds}`)
    console.log(`  siploadgen ${speed(ours)} in ${memory} MB, tshark ${speed(theirs)}, ratio ${ratio}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
