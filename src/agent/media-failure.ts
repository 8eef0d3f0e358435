import { sendInDialog } from './dialog-client.js'
import type { Session } from './session.js'
import type { MediaProblem } from './session-media.js'

/**
 * Media of an answered call cannot flow, or no longer: the call is hung up and ends for this reason. One that is not
 * answered yet goes on, and is told again when it is.
 */
export function endForMedia(session: Session, { name, text }: MediaProblem): void {
  if (session.state !== 'established') return
  const content = { headers: [], contentType: '', body: '' }
  sendInDialog(session, { method: 'BYE', content }, () => {})
  session.end({ outcome: 'media', by: 'failure', status: session.status, reason: `${name}: ${text}` })
}
