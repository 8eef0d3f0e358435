import { readdirSync, readFileSync } from 'node:fs'

/** USER_HZ, in which the kernel tells CPU time to user space (proc(5)). */
const ticksPerSecond = 100

/** Fields of /proc/PID/stat after the name in parentheses, which may hold anything; undefined when it has ended. */
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined
    throw error
  }
}

/** A process and all its descendants. */
function treeOf(root) {
  const parents = new Map()
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(name) : undefined
    if (stat) parents.set(Number(name), Number(stat[1]))
  }
  const tree = new Set([root])
  for (let size = 0; size !== tree.size; ) {
    size = tree.size
    for (const [pid, parent] of parents) if (tree.has(parent)) tree.add(pid)
  }
  return [...tree]
}

/** User and system CPU of a process tree so far, in milliseconds; that of children which were waited for included. */
export function cpuMsOf(root) {
  let ticks = 0
  for (const pid of treeOf(root)) {
    const stat = statOf(pid)
    if (stat) ticks += stat.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  }
  return (ticks * 1000) / ticksPerSecond
}

/** Memory of a process tree in MiB: what several processes share counts in parts (PSS). */
export function megabytesOf(root) {
  let kilobytes = 0
  for (const pid of treeOf(root)) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1] ?? 0)
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error
    }
  }
  return kilobytes / 1024
}
