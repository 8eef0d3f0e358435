// Reads one capture to its end with the analysis of RTP, as `siploadgen check` does before any rule.
import { readCapture } from '../../dist/capture/read-capture.js'

const [, , file = ''] = process.argv
let messages = 0
let streams = 0
const rtp = { onStream: () => streams++, onCall: () => {} }
const { frames, damage } = await readCapture(file, { rtp }, (event) => {
  if (event.kind === 'message') messages++
})
if (damage) throw new Error(damage.text)
const { maxRSS } = process.resourceUsage()
console.log(`${frames} frames, ${messages} messages, ${streams} streams, ${Math.round(maxRSS / 1e3)} MB`)
