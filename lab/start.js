#!/usr/bin/env node
// Starts the lab natively from Debian packages: RTPEngine and Kamailio with the configuration files that
// docker-compose.yml uses too. Prints one JSON object with the addresses; lab/stop.js ends what this started.
import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { stopLab } from './stop-lab.js'

const readyWithinMs = 20_000
const pollMs = 50
const here = new URL('.', import.meta.url).pathname

const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    address: { type: 'string', default: '127.0.0.1' },
    sip: { type: 'string', default: '5060' },
    tls: { type: 'string', default: '5061' },
    ws: { type: 'string', default: '8080' },
    wss: { type: 'string', default: '8443' },
    control: { type: 'string', default: '22222' },
    media: { type: 'string', default: '10000-10999' },
    algorithm: { type: 'string', default: 'MD5' },
    domain: { type: 'string', default: 'lab.test' },
    workers: { type: 'string', default: '2' },
    // Megabytes that the processes of Kamailio share; a connection of TLS takes a quarter of one.
    memory: { type: 'string', default: '128' },
    'flow-timer': { type: 'string', default: '60' },
    'sdes-flags': { type: 'string', default: '' },
    'log-level': { type: 'string', default: '1' },
    'no-rtpengine': { type: 'boolean', default: false },
  },
})

if (values.dir === undefined) {
  process.stderr.write('lab/start.js --dir FOLDER [--address A] [--sip P] [--tls P] [--ws P] [--wss P] [--control P]\n')
  process.stderr.write('  [--media LOW-HIGH] [--algorithm MD5|SHA-256] [--domain D] [--workers N] [--memory MB] [--flow-timer SECONDS]\n')
  process.stderr.write('  [--sdes-flags "SDES-no-SUITE ..."] [--no-rtpengine]\n')
  process.exit(2)
}

const folder = resolve(values.dir)
const { address, domain } = values
const certificates = join(folder, 'certificates')
const logs = { kamailio: join(folder, 'kamailio.log'), rtpengine: join(folder, 'rtpengine.log') }
const delay = (ms) => new Promise((done) => setTimeout(done, ms))

/** Starts a daemon in the foreground, in a process group of its own, and notes its process id. */
function start(name, command, args, env = process.env) {
  const log = openSync(logs[name], 'a')
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', log, log], detached: true, env })
  child.on('error', (error) => fail(`${command} cannot be run: ${error.message}`))
  child.on('exit', (code, signal) => fail(`${name} ended with ${code ?? signal}`))
  if (child.pid !== undefined) writeFileSync(join(folder, `${name}.pid`), `${child.pid}\n`)
  return child
}

async function fail(text) {
  const tails = Object.entries(logs).map(([name, file]) => `--- ${name}\n${existsSync(file) ? readFileSync(file, 'utf8').slice(-3000) : ''}`)
  process.stderr.write(`lab: ${text}\n${tails.join('\n')}\n`)
  await stopLab(folder)
  process.exit(1)
}

function startRtpengine() {
  const [low, high] = values.media.split('-')
  return start('rtpengine', 'rtpengine', [
    `--config-file=${join(here, 'rtpengine/rtpengine.conf')}`,
    '--foreground',
    '--log-stderr',
    `--interface=${address}`,
    `--listen-ng=127.0.0.1:${values.control}`,
    `--port-min=${low}`,
    `--port-max=${high}`,
  ])
}

/** What keeps Kamailio 5.6 with OpenSSL 3 alive when connections of TLS break; without a compiler it starts without. */
function withOwnThreadLocals() {
  const library = join(folder, 'own-thread-locals.so')
  const source = join(here, 'kamailio/own-thread-locals.c')
  const made = spawnSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, source], { encoding: 'utf8' })
  if (made.status === 0) return { ...process.env, LD_PRELOAD: [library, process.env.LD_PRELOAD].filter(Boolean).join(':') }
  process.stderr.write(`lab: ${source} was not compiled, so Kamailio may crash under TLS: ${made.error?.message ?? made.stderr}\n`)
  return process.env
}

function startKamailio() {
  const text = (value) => JSON.stringify(value)
  const defines = {
    LISTEN_UDP: `udp:${address}:${values.sip}`,
    LISTEN_TCP: `tcp:${address}:${values.sip}`,
    LISTEN_TLS: `tls:${address}:${values.tls}`,
    LISTEN_WS: `tcp:${address}:${values.ws}`,
    LISTEN_WSS: `tls:${address}:${values.wss}`,
    LAB_DOMAIN: text(domain),
    DIGEST_ALGORITHM: text(values.algorithm),
    CERTIFICATE_FILE: text(join(certificates, 'server.pem')),
    KEY_FILE: text(join(certificates, 'server.key')),
    RTPENGINE_CONTROL: text(`udp:127.0.0.1:${values.control}`),
    WORKERS: values.workers,
    FLOW_TIMER: values['flow-timer'],
    SDES_FLAGS: text(values['sdes-flags']),
    LOG_LEVEL: values['log-level'],
  }
  const args = ['-f', join(here, 'kamailio/kamailio.cfg'), '-DD', '-E', '-m', values.memory, '-M', '16', '-Y', folder]
  for (const [name, value] of Object.entries(defines)) args.push('-A', `${name}=${value}`)
  if (values['no-rtpengine']) args.push('-A', 'WITHOUT_RTPENGINE')
  return start('kamailio', 'kamailio', args, withOwnThreadLocals())
}

async function until(what, poll) {
  const endMs = performance.now() + readyWithinMs
  while (!(await poll())) {
    if (performance.now() > endMs) await fail(`${what} did not answer within ${readyWithinMs} ms`)
    await delay(pollMs)
  }
}

/** One datagram out; whether any answer that matches came back. */
function ask(port, host, text, pattern) {
  return new Promise((done) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    const finish = (answered) => {
      clearTimeout(timer)
      socket.close()
      done(answered)
    }
    const timer = setTimeout(finish, 200, false)
    socket.on('error', () => finish(false))
    socket.on('message', (bytes) => finish(pattern.test(bytes.toString('latin1'))))
    socket.send(text, port, host)
  })
}

const options = (transport, port) =>
  [
    `OPTIONS sip:${domain} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${address}:9;branch=z9hG4bKready${performance.now()};rport`,
    'Max-Forwards: 5',
    `From: <sip:ready@${domain}>;tag=ready`,
    `To: <sip:${domain}>`,
    `Call-ID: ready-${process.pid}-${performance.now()}@${address}:${port}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')

function askTcp(port) {
  return new Promise((done) => {
    const socket = connect(port, address)
    const finish = (answered) => {
      socket.destroy()
      done(answered)
    }
    socket.setTimeout(500, () => finish(false))
    socket.on('error', () => finish(false))
    socket.on('connect', () => socket.write(options('TCP', port)))
    socket.on('data', (bytes) => finish(bytes.toString('latin1').startsWith('SIP/2.0 200')))
  })
}

function accepts(port) {
  return new Promise((done) => {
    const socket = connect(port, address)
    socket.on('error', () => done(false))
    socket.on('connect', () => {
      socket.destroy()
      done(true)
    })
  })
}

mkdirSync(folder, { recursive: true })
// A lab that comes back keeps the CA that phones trust.
if (!existsSync(join(certificates, 'server.pem'))) {
  const made = spawnSync(join(here, 'certificates.sh'), [certificates, address], {
    encoding: 'utf8',
    env: { ...process.env, LAB_DOMAIN: domain },
  })
  if (made.status !== 0) await fail(`certificates: ${made.error?.message ?? made.stderr}`)
}
const daemons = []
if (!values['no-rtpengine']) {
  daemons.push(startRtpengine())
  await until('rtpengine', () => ask(Number(values.control), '127.0.0.1', 'ready d7:command4:pinge', /pong/))
}
daemons.push(startKamailio())
await until('kamailio over UDP', () => ask(Number(values.sip), address, options('UDP', values.sip), /^SIP\/2\.0 200/))
await until('kamailio over TCP', () => askTcp(Number(values.sip)))
for (const port of [values.tls, values.ws, values.wss]) await until(`port ${port}`, () => accepts(Number(port)))

const told = {
  address,
  udp: Number(values.sip),
  tcp: Number(values.sip),
  tls: Number(values.tls),
  ws: Number(values.ws),
  wss: Number(values.wss),
  caFile: join(certificates, 'ca.pem'),
  domain,
  media: values.media,
  folder,
  logs,
}
for (const daemon of daemons) {
  daemon.removeAllListeners('exit')
  daemon.unref()
}
writeFileSync(join(folder, 'lab.json'), `${JSON.stringify(told, null, 2)}\n`)
process.stdout.write(`${JSON.stringify(told)}\n`)
