import { Rng } from '../../base/rng.js'
import { WheelClock } from '../../base/wheel-clock.js'
import type { RelayCommand, RelayReply } from './relay-messages.js'
import { TcpPath } from './tcp-path.js'
import { UdpPath } from './udp-path.js'

/** Entry of the relay's process: commands come over the IPC channel, and it lives as long as the channel does. */
const clock = new WheelClock()
const paths: { readonly name: string; readonly path: UdpPath | TcpPath }[] = []

async function obey(command: RelayCommand): Promise<RelayReply> {
  const { id } = command
  if (command.kind === 'stop') {
    for (const { path } of paths.splice(0)) path.close()
  } else if (command.kind === 'impair') {
    for (const { name, path } of paths) if (name === command.name) path.impair(command.impairment)
  } else {
    const { name, over, host, target, seed } = command
    const rng = new Rng(seed, `relay ${name} ${over}`)
    try {
      const path = await (over === 'udp' ? UdpPath : TcpPath).open(host, target, clock, rng)
      paths.push({ name, path })
      return { kind: 'opened', id, local: path.local }
    } catch (error) {
      return { kind: 'failed', id, text: (error as Error).message }
    }
  }
  return { kind: 'done', id }
}

process.on('message', async (command: RelayCommand) => {
  const reply = await obey(command)
  if (process.connected) process.send?.(reply)
  if (command.kind === 'stop') process.disconnect()
})
// The run is gone, whatever became of it.
process.on('disconnect', () => process.exit())
// Ctrl-C goes to the whole process group; the run ends its calls first and then says stop.
process.on('SIGINT', () => {})
