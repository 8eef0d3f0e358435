/** 4 or 16 octets of an address; an IPv6 zone is left out. Addresses come from sockets and are valid. */
export function addressBytes(host: string): Buffer {
  return host.includes(':') ? ipv6Bytes(host.replace(/%.*$/, '')) : Buffer.from(host.split('.').map(Number))
}

function ipv6Bytes(host: string): Buffer {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host)
  const plain = dotted ? `${dotted[1]}${pair(dotted[2], dotted[3])}:${pair(dotted[4], dotted[5])}` : host
  const [head = '', tail] = plain.split('::')
  const first = groups(head)
  const last = tail === undefined ? [] : groups(tail)
  const bytes = Buffer.alloc(16)
  for (const [index, group] of first.entries()) bytes.writeUInt16BE(group, 2 * index)
  for (const [index, group] of last.entries()) bytes.writeUInt16BE(group, 16 - 2 * (last.length - index))
  return bytes
}

const groups = (text: string): number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))

const pair = (high = '0', low = '0'): string => (Number(high) * 256 + Number(low)).toString(16)
