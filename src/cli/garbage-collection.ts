import { setFlagsFromString } from 'node:v8'

/**
 * What a call leaves behind has died when the young generation is collected, so there is next to nothing for several
 * threads to share: waking them and waiting for them costs more CPU than the collection itself. The old generation,
 * where pauses would be long, is still marked beside the load.
 *
 * How far the old generation may grow between two collections is left to V8 only by a fixed share: by how fast the last
 * one happened to be it would choose anything between a fifth and four times what is alive, and the memory of a steady
 * load would jump by half on a whim of the machine.
 */
export function collectForSteadyLoad(): void {
  setFlagsFromString('--no-parallel-scavenge')
  setFlagsFromString('--no-concurrent-array-buffer-sweeping')
  setFlagsFromString('--heap-growing-percent=60')
}
