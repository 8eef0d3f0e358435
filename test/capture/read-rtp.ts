import { type ReadOptions, readCapture } from '../../src/capture/read-capture.js'
import type { CapturedMediaCall, CapturedRtpStream } from '../../src/capture/rtp/captured-rtp.js'

/** RTP streams and the audio of calls in a capture file. */
export async function readRtp(
  file: string,
  options: ReadOptions = {},
): Promise<{ readonly streams: readonly CapturedRtpStream[]; readonly calls: readonly CapturedMediaCall[] }> {
  const streams: CapturedRtpStream[] = []
  const calls: CapturedMediaCall[] = []
  const rtp = {
    onStream: (stream: CapturedRtpStream) => void streams.push(stream),
    onCall: (call: CapturedMediaCall) => void calls.push(call),
  }
  await readCapture(file, { ...options, rtp }, () => {})
  return { streams, calls }
}
