import type { IceServer, ServerPolicy } from '../model/webrtc.js'
import type { GroupSection } from './agents-schema.js'
import type { Reading } from './reading.js'
import { secretText } from './secret.js'
import type { Path } from './yaml-document.js'

/** RFC 7064 3.1 and RFC 7065 3.1; an IPv6 address stands in brackets. */
const urlPattern = /^(stuns?|turns?):(\[[\dA-Fa-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?(?:\?transport=(\w+))?$/i
const defaultPort = 3478
const defaultGatheringMs = 5000

type WrittenIce = NonNullable<GroupSection['ice']>
type WrittenServer = NonNullable<WrittenIce['servers']>[number]

/** The STUN and TURN servers of a group; `path` is that of its `ice`. */
export function serverPolicy(ice: WrittenIce | undefined, path: Path, reading: Reading): ServerPolicy | undefined {
  const servers = (ice?.servers ?? []).flatMap((written, i) => {
    const server = readServer(written, [...path, 'servers', i], reading)
    return server ? [server] : []
  })
  const relayOnly = ice?.['relay only'] ?? false
  if (relayOnly && ice && !(ice.servers ?? []).some(isTurn)) {
    reading.problem([...path, 'relay only'], 'there is no relay without a turn: server', { key: true })
  }
  if (servers.length === 0) return undefined
  return { servers, relayOnly, gatheringMs: ice?.['gathering timeout'] ?? defaultGatheringMs }
}

type Named = Exclude<WrittenServer, string>

const urlOf = (written: WrittenServer): string => (typeof written === 'string' ? written : written.url)
const isTurn = (written: WrittenServer): boolean => /^turn/i.test(urlOf(written))

function readServer(written: WrittenServer, path: Path, reading: Reading): IceServer | undefined {
  const url = urlOf(written)
  const own = typeof written === 'string' ? path : [...path, 'url']
  const [, scheme = '', host = '', port, transport = 'udp'] = urlPattern.exec(url) ?? []
  const kind = scheme.toLowerCase()
  if (kind === 'stuns' || kind === 'turns' || (kind !== '' && transport.toLowerCase() !== 'udp')) {
    reading.problem(own, `"${url}" is not over UDP`, { hint: 'write it as stun:HOST:PORT or turn:HOST:PORT' })
    return undefined
  }
  if ((kind !== 'stun' && kind !== 'turn') || Number(port ?? defaultPort) > 65_535 || Number(port) === 0) {
    reading.problem(own, `"${url}" is not the URL of a STUN or TURN server`, {
      hint: 'write it as stun:HOST:PORT or turn:HOST:PORT',
    })
    return undefined
  }
  const address = { host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? defaultPort) }
  const { username, password: secret } = typeof written === 'string' ? ({ url } as Named) : written
  if (kind === 'turn' && (username === undefined || secret === undefined)) {
    reading.problem(path, `"${url}" needs a username and a password`, {
      hint: `write it as { url: "${url}", username: NAME, password: SECRET }`,
    })
    return undefined
  }
  const password = secretText(secret, [...path, 'password'], [], reading)
  return { kind, url, address, username: username ?? '', password: password?.render({}) ?? '' }
}
