import type { CallSample } from '../../model/call-sample.js'
import { esc } from './markup.js'

/** Files of a run beside its report, written without a scheme or a way out of its folder. */
const isBeside = (path: string): boolean => /^[\w-][\w .()-]*(\/[\w-][\w .()-]*)*$/.test(path)

/** What was heard of a call, to be played where the page lies beside its recordings. */
export function recordingPlayer({ recording }: CallSample): string {
  if (recording === null) return ''
  const name = `<code>${esc(recording)}</code>`
  if (!isBeside(recording)) return `<p>Recording: ${name}</p>`
  const source = recording.split('/').map(encodeURIComponent).join('/')
  return `<p class="recording"><audio controls preload="none" src="${esc(source)}"></audio> ${name}</p>`
}
