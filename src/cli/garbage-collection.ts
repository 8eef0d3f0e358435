import { setFlagsFromString } from 'node:v8'

/**
 * What a call leaves behind has died when the young generation is collected, so there is next to nothing for several
 * threads to share: waking them and waiting for them costs more CPU than the collection itself. The old generation,
 * where pauses would be long, is still marked beside the load.
 */
export function collectOnOneThread(): void {
  setFlagsFromString('--no-parallel-scavenge')
  setFlagsFromString('--no-concurrent-array-buffer-sweeping')
}
