import { parseRecord } from '../drill/dns/zone.js'
import type { GatewayTarget, Scenario } from '../model/scenario.js'
import { mapping, oneOrMany, text } from './fields.js'
import type { Reading } from './reading.js'
import type { Sections } from './scenario-schema.js'

export const dnsSchema = mapping({
  servers: oneOrMany(text, 'expected an address or a list of them').optional().describe('name servers to ask'),
  serve: oneOrMany(text, 'expected a record or a list of them')
    .optional()
    .describe(
      "records such as `gw.test A 10.0.0.5` or `_sip._udp.gw.test SRV 0 1 5060 a.gw.test`: agents then ask siploadgen's own name server",
    ),
})

/** Agents ask the name server of siploadgen: for records of the scenario, or for the embedded gateways' domain. */
export const asksOwnDns = (gateway: GatewayTarget, section: Sections['dns']): boolean =>
  section?.serve !== undefined || (gateway.kind === 'embedded' && gateway.options.domain !== undefined)

/** Whom agents ask, and what our own server says. */
export function buildDns(section: Sections['dns'], reading: Reading): Scenario['dns'] {
  const { servers = [], serve = [] } = section ?? {}
  if (section && servers.length === 0 && serve.length === 0) {
    reading.problem(['dns'], 'nothing says whom to ask: give servers, or records to serve', { key: true })
  }
  if (servers.length > 0 && serve.length > 0) {
    reading.problem(['dns', 'serve'], 'agents ask either these records or other servers; keep one', { key: true })
  }
  for (const [i, line] of serve.entries()) {
    const record = parseRecord(line)
    if (typeof record === 'string') reading.problem(['dns', 'serve', i], record)
  }
  return { servers, serve }
}
