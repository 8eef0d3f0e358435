import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const folder = '/proc/self/fd'

/** Lines of a kernel table, or none where the system has no such table. */
function lines(path: string): string[] {
  try {
    return readFileSync(path, 'latin1').split('\n')
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

const isMissing = (error: unknown): boolean => {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'EACCES' || code === 'EPERM'
}

/** Share of the allowed open files that are open, 0 to 1; undefined where the system does not tell. */
export function openFilesShare(): number | undefined {
  const limit = Number(/^Max open files\s+(\d+)/m.exec(lines('/proc/self/limits').join('\n'))?.[1])
  return Number.isNaN(limit) ? undefined : readdirSync(folder).length / limit
}

/** Inodes of the sockets that this process holds. */
function ownSockets(): Set<string> {
  const inodes = new Set<string>()
  for (const name of readdirSync(folder)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${name}`))?.[1]
      if (inode !== undefined) inodes.add(inode)
    } catch (error) {
      // Closed between the listing and the look.
      if (!isMissing(error)) throw error
    }
  }
  return inodes
}

/**
 * Datagrams that the kernel dropped on our UDP sockets because their receive buffers were full. The kernel forgets
 * the count with the socket, so this is read now and then and remembers what it saw.
 */
export class SocketDropReader {
  readonly #dropsByInode = new Map<string, number>()
  /** Sockets of other processes: an inode number is not given twice in the life of a run. */
  readonly #foreign = new Set<string>()

  read(): number {
    const dropping = new Map<string, number>()
    for (const path of ['/proc/self/net/udp', '/proc/self/net/udp6']) {
      for (const line of lines(path).slice(1)) {
        const row = line.trim()
        // sl local remote st tx:rx tr:when retrnsmt uid timeout inode ref pointer drops
        if (row === '' || row.endsWith(' 0')) continue
        const columns = row.split(/\s+/)
        dropping.set(columns[9] ?? '', Number(columns[12]))
      }
    }
    this.#sortOut([...dropping.keys()])
    for (const [inode, drops] of dropping) if (!this.#foreign.has(inode)) this.#dropsByInode.set(inode, drops)
    let sum = 0
    for (const drops of this.#dropsByInode.values()) sum += drops
    return sum
  }

  /** Tells ours from others' once: a look at thousands of open sockets holds the event loop up, and RTP with it. */
  #sortOut(inodes: readonly string[]): void {
    if (inodes.every((inode) => this.#foreign.has(inode) || this.#dropsByInode.has(inode))) return
    const own = ownSockets()
    for (const inode of inodes) if (!own.has(inode)) this.#foreign.add(inode)
  }
}
