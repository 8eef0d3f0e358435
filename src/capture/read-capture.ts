import type { CaptureEvent, CaptureSummary } from './captured-message.js'
import type { CapturedPacket } from './captured-packet.js'
import { Dissector } from './dissector.js'
import { readPackets } from './file/read-packets.js'
import type { RtpUser } from './rtp/captured-rtp.js'
import { TlsMerge, type TlsOptions } from './tls/tls-merge.js'

export interface ReadOptions extends TlsOptions {
  /** Told of RTP streams and of the audio of calls; without it RTP is passed over. */
  readonly rtp?: RtpUser
}

/**
 * Reads a capture (pcap or pcapng, also within gzip; `-` is standard input) to its end or to where it is damaged, and
 * hands on what is judged, in the order of the frames. Memory does not grow with the size of the file. Never throws for
 * anything that a file can hold: see `damage` of the summary.
 */
export async function readCapture(
  file: string,
  options: ReadOptions,
  deliver: (event: CaptureEvent) => void,
): Promise<CaptureSummary> {
  const tls = new TlsMerge(file, options, (event) => {
    if (event.kind === 'message' && event.content === 'sip') dissector.describe(event)
    deliver(event)
  })
  const dissector = new Dissector(
    (event) => tls.deliver(event),
    (connection, from, segment) => tls.observe(connection, from, segment),
    options.rtp,
    tls,
  )
  const receive = (packet: CapturedPacket): void => {
    tls.frame = packet.frame
    dissector.receive(packet)
  }
  const side = { onDrop: dissector.drop.bind(dissector), onTlsSecrets: () => tls.onSecrets() }
  try {
    const { format, damage } = await readPackets(file, receive, side, () => tls.merge())
    await tls.merge()
    dissector.end()
    await tls.merge()
    dissector.endMedia()
    if (damage) {
      const window = { fromMs: dissector.lastMs ?? 0, toMs: Number.POSITIVE_INFINITY, afterFrame: dissector.frames }
      deliver({ kind: 'loss', reason: 'damage', ...window, text: damage.text })
    }
    return { file, format, damage, ...figuresOf(dissector), notes: tls.notes() }
  } finally {
    tls.stop()
  }
}

const figuresOf = ({ frames, network, firstMs, lastMs }: Dissector) => ({
  frames,
  duplicates: network.duplicates,
  unread: Object.fromEntries(network.unread),
  firstMs,
  lastMs,
})
