import { isIP } from 'node:net'
import type { Address } from '../../model/address.js'
import type { Via } from '../message/via.js'

const DEFAULT_PORT = 5060

/**
 * Where a response goes over UDP: to `maddr` when the request asks for it, to where the request came from when it has
 * `rport` (RFC 3581 4), otherwise to the source address and the port of sent-by (RFC 3261 18.2.2: `received`, which
 * the server itself would have written, is the source address).
 */
export function responseAddress(via: Via, from: Address): Address {
  const maddr = via.params.get('maddr')
  // A name would have to be resolved (RFC 3263 5); loopback and lab peers write addresses.
  if (maddr !== undefined && isIP(maddr) !== 0) return { host: maddr, port: via.port ?? DEFAULT_PORT }
  if (via.params.has('rport')) return from
  const port = via.port ?? DEFAULT_PORT
  return port === from.port ? from : { host: from.host, port }
}
