import { VirtualClock } from '../../src/base/virtual-clock.js'
import { type PlayedProbe, play } from '../../src/probe/play.js'
import type { Probe } from '../../src/probe/probe.js'
import { type FarOptions, farNetwork } from './far-side/far-side.js'

/** Plays a probe against the far side in virtual time: minutes pass in an instant. */
export async function playVirtual(probe: Probe, options: FarOptions = {}): Promise<PlayedProbe> {
  const clock = new VirtualClock(1000)
  let done = false
  const played = play(probe, farNetwork(clock, options)).finally(() => {
    done = true
  })
  while (!done) await clock.advanceAsync(25)
  return played
}
