import { isIP } from 'node:net'
import { SiploadgenError } from '../../base/errors.js'
import type { Role } from '../../conformance/model/vantage.js'

/** `ua=10.0.0.1` and `proxy=10.0.0.9` of --vantage: the capture was taken there. */
export function vantageOf(pairs: readonly string[]): ReadonlyMap<string, Role> {
  const hosts = new Map<string, Role>()
  for (const pair of pairs) {
    const [role = '', host = ''] = pair.split('=')
    if ((role !== 'ua' && role !== 'proxy') || isIP(host) === 0)
      throw new SiploadgenError('usage/arguments', `--vantage wants ua=ADDRESS or proxy=ADDRESS, not "${pair}"`)
    hosts.set(host, role)
  }
  return hosts
}
