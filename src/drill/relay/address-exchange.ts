import { type Address, formatAddress } from '../../model/address.js'

const separator = Buffer.from('\r\n\r\n')

/**
 * Within SIP over UDP, exchanges one address for another in the head of a message, so that what the gateway writes into
 * Record-Route and Contact leads over the relay and not past it. Bodies and what is no SIP stay as they are.
 */
export function exchangeAddress(bytes: Buffer, from: Address, to: Address): Buffer {
  const wanted = formatAddress(from)
  if (!bytes.includes(wanted)) return bytes
  const end = bytes.indexOf(separator)
  if (end < 0) return bytes
  const head = bytes.toString('latin1', 0, end)
  if (!/^(?:SIP\/2\.0 |[A-Z]+ \S+ SIP\/2\.0\r\n)/.test(head)) return bytes
  // A port must not be taken for the beginning of a longer one, nor a host for the end of another.
  const pattern = new RegExp(`(?<![\\w.-])${wanted.replaceAll(/[.[\]]/g, '\\$&')}(?!\\d)`, 'g')
  return Buffer.concat([Buffer.from(head.replace(pattern, formatAddress(to)), 'latin1'), bytes.subarray(end)])
}
