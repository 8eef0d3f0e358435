import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const stopWithinMs = 5000
const pollMs = 25

/** Signals a process or group; whether it was still there. */
function signal(pid, name) {
  try {
    process.kill(pid, name)
    return true
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
    return false
  }
}

/** Ends the daemons whose process ids lab/start.js noted in the folder, and no others. */
export async function stopLab(folder) {
  for (const name of ['kamailio', 'rtpengine']) {
    const file = join(folder, `${name}.pid`)
    if (!existsSync(file)) continue
    const pid = Number(readFileSync(file, 'utf8'))
    // A pid file that outlived its daemon may name a stranger by now.
    if (isDaemon(pid, name)) await end(pid)
    rmSync(file)
  }
}

function isDaemon(pid, name) {
  const commandFile = `/proc/${pid}/comm`
  return existsSync(commandFile) && readFileSync(commandFile, 'utf8').trim() === name
}

async function end(pid) {
  signal(pid, 'SIGTERM')
  const endMs = performance.now() + stopWithinMs
  while (signal(pid, 0) && performance.now() < endMs) await new Promise((done) => setTimeout(done, pollMs))
  // The whole group, so that no worker outlives its parent.
  signal(-pid, 'SIGKILL')
}
