import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const stopWithinMs = 5000
const pollMs = 25

/** Signals a process or group; one that is gone already is what a stop wants. */
function signal(pid, name) {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

/** Ends the daemons whose process ids lab/start.js noted in the folder, and no others. */
export async function stopLab(folder) {
  for (const name of ['kamailio', 'rtpengine']) {
    const file = join(folder, `${name}.pid`)
    if (!existsSync(file)) continue
    const pid = Number(readFileSync(file, 'utf8'))
    // A pid file that outlived its daemon may name a stranger by now.
    if (isDaemon(pid, name)) await end(pid, name)
    rmSync(file)
  }
}

/** Whether the process runs that program; one that has ended and waits for its parent (state Z) does not. */
function isDaemon(pid, name) {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return false
  const text = readFileSync(file, 'latin1')
  return text.includes(`(${name})`) && !text.includes(') Z ')
}

async function end(pid, name) {
  signal(pid, 'SIGTERM')
  const endMs = performance.now() + stopWithinMs
  while (isDaemon(pid, name) && performance.now() < endMs) await new Promise((done) => setTimeout(done, pollMs))
  // The whole group, so that no worker outlives its parent.
  signal(-pid, 'SIGKILL')
}
