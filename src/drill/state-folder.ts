import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where journals of drills are: SIPLOADGEN_STATE, else as the XDG base directories say. */
export function stateFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { SIPLOADGEN_STATE: own, XDG_STATE_HOME: xdg } = environment
  if (own) return own
  return join(xdg || join(homedir(), '.local/state'), 'siploadgen')
}
