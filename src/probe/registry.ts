import type { Probe } from './probe.js'
import { callerProbes } from './probes/callers.js'
import { callProbes } from './probes/calls.js'
import { declaredProbes } from './probes/declared.js'
import { flowProbes } from './probes/flows.js'
import { forkingProbes } from './probes/forking.js'
import { handshakeTermsProbes } from './probes/handshake-terms.js'
import { handshakeProbes } from './probes/handshakes.js'
import { neverAcknowledgedProbes } from './probes/never-acknowledged.js'
import { offerProbes } from './probes/offers.js'
import { optionsProbes } from './probes/options.js'
import { persistentCallerProbes } from './probes/persistent-callers.js'
import { proxiedCallProbes } from './probes/proxied-calls.js'
import { proxiedTransactionProbes } from './probes/proxied-transactions.js'
import { proxyingProbes } from './probes/proxying.js'
import { refusalProbes } from './probes/refusals.js'
import { registeredUserProbes } from './probes/registered-users.js'
import { registrationProbes } from './probes/registrations.js'
import { repetitionProbes } from './probes/repetitions.js'
import { routingProbes } from './probes/routing.js'
import { spreadingProbes } from './probes/spreading.js'
import { statelessProxyProbes } from './probes/stateless-proxy.js'
import { strayProbes } from './probes/strays.js'
import { tortureProbes } from './probes/torture.js'
import { transportProbes } from './probes/transport.js'
import { webSocketCallProbes } from './probes/websocket-calls.js'
import { webSocketClientTermsProbes } from './probes/websocket-client-terms.js'
import { webSocketClientProbes } from './probes/websocket-clients.js'
import { webSocketFlowProbes } from './probes/websocket-flows.js'
import { webSocketFrameProbes } from './probes/websocket-frames.js'
import { webSocketMessageProbes } from './probes/websocket-messages.js'

/** Every probe, harmless ones first: the order in which they are played. */
export const probes: readonly Probe[] = [
  ...optionsProbes,
  ...transportProbes,
  ...handshakeProbes,
  ...handshakeTermsProbes,
  ...webSocketMessageProbes,
  ...webSocketFrameProbes,
  ...refusalProbes,
  ...callProbes,
  ...repetitionProbes,
  ...offerProbes,
  ...neverAcknowledgedProbes,
  ...registrationProbes,
  ...registeredUserProbes,
  ...flowProbes,
  ...webSocketFlowProbes,
  ...proxyingProbes,
  ...proxiedCallProbes,
  ...proxiedTransactionProbes,
  ...routingProbes,
  ...forkingProbes,
  ...spreadingProbes,
  ...webSocketCallProbes,
  ...strayProbes,
  ...tortureProbes,
  ...declaredProbes,
  ...statelessProxyProbes,
  ...callerProbes,
  ...persistentCallerProbes,
  ...webSocketClientProbes,
  ...webSocketClientTermsProbes,
]

/** The statements that probes decide, each once, with what is expected. */
export function titledStatements(chosen: readonly Probe[]): readonly { readonly id: string; readonly title: string }[] {
  const titles = new Map<string, string>()
  for (const { expectations } of chosen) {
    for (const { statement, title } of expectations) if (!titles.has(statement)) titles.set(statement, title)
  }
  return Array.from(titles, ([id, title]) => ({ id, title }))
}
