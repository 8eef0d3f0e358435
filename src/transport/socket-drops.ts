import { readFile } from 'node:fs/promises'

const tables = ['/proc/net/udp', '/proc/net/udp6'] as const

/** Columns of a line: sl local rem st queues tr retrnsmt uid timeout inode ref pointer drops. */
const localColumn = 1
const dropsColumn = 12

/** Adds what one table of the kernel says about `ports` to `drops`. */
export function addSocketDrops(table: string, ports: ReadonlySet<number>, drops: Map<number, number>): void {
  for (const line of table.split('\n')) {
    const columns = line.trim().split(/\s+/)
    const local = columns[localColumn]
    const dropped = columns[dropsColumn]
    if (local === undefined || dropped === undefined) continue
    const port = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16)
    if (!ports.has(port)) continue
    drops.set(port, (drops.get(port) ?? 0) + Number(dropped))
  }
}

/**
 * Datagrams that the kernel dropped because a receive buffer was full, by local port, since the sockets were opened.
 * Ports without a socket are absent. `undefined` where the system does not tell.
 */
export async function readSocketDrops(ports: Iterable<number>): Promise<Map<number, number> | undefined> {
  const wanted = new Set(ports)
  const drops = new Map<number, number>()
  const results = await Promise.allSettled(tables.map((file) => readFile(file, 'latin1')))
  let told = false
  for (const result of results) {
    // One of the two is absent where the kernel has no IPv6.
    if (result.status === 'rejected') continue
    told = true
    addSocketDrops(result.value, wanted, drops)
  }
  return told ? drops : undefined
}
