import { rmSync } from 'node:fs'
import { WheelClock } from '../base/wheel-clock.js'
import { isTransportFailure } from '../transport/transport.js'
import { EmbeddedGateway } from './embedded-gateway.js'
import type { GatewayCommand, GatewayReply } from './gateway-messages.js'

/** Entry of a gateway's process: commands come over the IPC channel, and it lives as long as the channel does. */
let gateway: EmbeddedGateway | undefined
let folder: string | undefined

const reply = (message: GatewayReply): void => {
  if (process.connected) process.send?.(message)
}

async function obey(command: GatewayCommand): Promise<GatewayReply> {
  const { id } = command
  if (command.kind === 'start') {
    if (gateway) return { kind: 'failed', id, text: 'the gateway was started already' }
    folder = command.folder
    gateway = new EmbeddedGateway(command.options, new WheelClock())
    const started = await gateway.start(command.standBy)
    return isTransportFailure(started) ? { kind: 'failed', id, text: started.text } : { kind: 'ready', id, ...started }
  }
  if (!gateway) return { kind: 'failed', id, text: 'the gateway was not started' }
  switch (command.kind) {
    case 'statistics':
      return { kind: 'statistics', id, statistics: gateway.statistics({ calls: command.calls }) }
    case 'peers':
      gateway.setPeers(command.addresses)
      break
    case 'fault':
      gateway.fault(command.change)
      break
    case 'restart': {
      const failure = await gateway.restart()
      if (failure) return { kind: 'failed', id, text: failure.text }
      break
    }
    case 'signalling': {
      const failure = await gateway.signalling(command.up)
      if (failure) return { kind: 'failed', id, text: failure.text }
      break
    }
    case 'relay':
      gateway.relay(command.up, command.calls)
      break
    case 'certificate':
      gateway.renewCertificate(command)
      break
    case 'stop':
      await gateway.stop()
  }
  return { kind: 'done', id }
}

process.on('message', async (command: GatewayCommand) => {
  reply(await obey(command))
  if (command.kind === 'stop') process.disconnect()
})
// The parent is gone, whatever became of it: nobody could stop this process any more.
process.on('disconnect', () => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  process.exit()
})
// Ctrl-C goes to the whole process group; the parent ends its calls first and then says stop.
process.on('SIGINT', () => {})
