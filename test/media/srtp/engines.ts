import { nodeSrtpEngine, type SrtpEngine, srtpEngine } from '../../../src/media/srtp/srtp-engine.js'
import { requireAll } from '../../peers/require-peer.js'

/** All that this machine has, by name: what one of them must do, all must. */
export const srtpEngines: readonly (readonly [string, SrtpEngine])[] = enginesHere().map((one) => [one.kind, one])

function enginesHere(): SrtpEngine[] {
  if (srtpEngine.kind === 'native') return [nodeSrtpEngine, srtpEngine]
  if (requireAll()) throw new Error(`there is no native SRTP: ${srtpEngine.reason}`)
  process.stderr.write(`skipped for native SRTP: ${srtpEngine.reason}\n`)
  return [nodeSrtpEngine]
}
