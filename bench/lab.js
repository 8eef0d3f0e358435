import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const labFile = (name) => fileURLToPath(new URL(`../lab/${name}`, import.meta.url))
/** Below all other ports of the lab, and those that the program and the phone take for media. */
const media = '10000-14999'
const ports = { sip: 15_060, tls: 15_061, ws: 15_080, wss: 15_443, control: 15_222 }
/** Hundreds of agents over WSS. */
const kamailioMegabytes = 1024
const answerWithinMs = 1000

/** Asks RTPEngine over its control protocol, which answers the same question once. */
function ask(command) {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    const timer = setTimeout(() => reject(new Error(`RTPEngine does not answer "${command}"`)), answerWithinMs)
    socket.on('message', (bytes) => {
      clearTimeout(timer)
      socket.close()
      resolve(bytes.toString('latin1'))
    })
    socket.send(`${performance.now()} d7:command${command.length}:${command}e`, ports.control, '127.0.0.1')
  })
}

/** Kamailio and RTPEngine of lab/, with the configuration of the tests, for as long as `work` takes. */
export async function withLab(work) {
  const folder = mkdtempSync(join(tmpdir(), 'siploadgen-lab-'))
  const options = Object.entries(ports).flatMap(([name, port]) => [`--${name}`, String(port)])
  const args = ['--dir', folder, '--media', media, '--memory', String(kamailioMegabytes), ...options]
  const pidOf = (name) => Number(readFileSync(join(folder, `${name}.pid`), 'utf8'))
  try {
    const started = spawnSync(process.execPath, [labFile('start.js'), ...args], { encoding: 'utf8' })
    if (started.status !== 0) throw new Error(`the lab did not start:\n${started.stderr}`)
    const { address, udp, wss, caFile } = JSON.parse(started.stdout)
    return await work({
      targets: { udp: `udp://${address}:${udp}`, wss: `wss://${address}:${wss}` },
      caFile,
      pids: { rtpengine: pidOf('rtpengine'), kamailio: pidOf('kamailio') },
      endedCalls: async () => Number(/15:managedsessionsi(\d+)e/.exec(await ask('statistics'))?.[1]),
    })
  } finally {
    spawnSync(process.execPath, [labFile('stop.js'), '--dir', folder])
    rmSync(folder, { recursive: true, force: true })
  }
}
