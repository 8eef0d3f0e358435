import type { Rng } from '../base/rng.js'
import { VirtualClock } from '../base/virtual-clock.js'
import { play } from './play.js'
import type { Probe } from './probe.js'
import type { ProbeTarget } from './target.js'
import type { Network } from './wire.js'

/** Nothing leaves and nothing comes back. */
const silence: Network = {
  open: async (transport) => ({
    transport,
    local: { host: '192.0.2.1', port: 5060 },
    send: () => undefined,
    close: () => undefined,
  }),
}

/** What each probe would send first, as text; nothing is sent. What depends on answers does not show. */
export async function* dryRun(probes: readonly Probe[], target: ProbeTarget, rng: Rng): AsyncGenerator<string> {
  for (const probe of probes) {
    const clock = new VirtualClock()
    let done = false
    const played = play(probe, { target, network: silence, clock, rng }).finally(() => {
      done = true
    })
    while (!done) await clock.advanceAsync(100)
    const { entries } = await played
    yield `--- ${probe.id}: ${probe.title}\n`
    for (const { direction, text } of entries) if (direction === 'sent') yield `${text}\n`
  }
}
