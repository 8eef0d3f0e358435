import { once } from 'node:events'
import { exitCode } from '../../base/error-table.js'
import { startEmbeddedGateway } from '../../gateway/embedded.js'
import { formatAddress } from '../../model/address.js'
import type { CommandOutput } from './validate.js'

/** `siploadgen gateway`: the embedded gateway alone, until it is interrupted. TLS, WS and WSS follow UDP and TCP. */
export async function gatewayCommand(host: string, port: number, output: CommandOutput): Promise<number> {
  const ports = port === 0 ? {} : { udp: port, tcp: port, tls: port + 1, ws: port + 2, wss: port + 3 }
  const handle = await startEmbeddedGateway({ host, ports, webrtc: true })
  output.out('the embedded gateway is for trying and calibrating, not for production; it answers at\n')
  for (const { transport, host: address, port: bound } of handle.targets) {
    output.out(`  ${transport.padEnd(4)} ${formatAddress({ host: address, port: bound ?? 0 })}\n`)
  }
  output.out(`any user may register with the password p and its name; the CA is ${handle.caFile}\n`)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await handle.stop()
  return exitCode.pass
}
