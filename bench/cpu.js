import { spawn } from 'node:child_process'

/** bash tells the CPU of one child to the millisecond; Node.js itself does not tell it at all. */
const script = `TIMEFORMAT='%3U %3S'; { time "$@" >/dev/null 2>/dev/null; echo " $?" >&2; } 2>&1`

/** Runs a program to its end: user and system CPU in seconds, and its exit code. */
export function cpuOf(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', `(${script})`, 'bash', command, ...args], {
      ...options,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (part) => {
      text += part
    })
    child.on('error', reject)
    child.on('close', () => {
      const [user, system, code] = text.trim().split(/\s+/).map(Number)
      if (code === undefined || Number.isNaN(code)) reject(new Error(`no CPU time for ${command}: ${text}`))
      else resolve({ user, system, total: user + system, code })
    })
  })
}

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The median with the lowest and the highest, in words. */
export const range = (values, digits) => {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return `${median(values).toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`
}
