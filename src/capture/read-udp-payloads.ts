import type { UdpPayload } from '../model/udp-payload.js'
import { readPackets } from './file/read-packets.js'
import { endpointOf } from './network/address-book.js'
import type { Datagram } from './network/datagram.js'
import { NetworkReader } from './network/network-reader.js'

const udpHeaderBytes = 8
/** A capture with more is no recording of one call. */
const mostPayloads = 200_000

/** What the UDP datagrams of a capture carry, in their order; `damage` tells why the file could not be read to its end. */
export async function readUdpPayloads(file: string): Promise<{ payloads: UdpPayload[]; damage: string | undefined }> {
  const payloads: UdpPayload[] = []
  const onUdp = ({ bytes, start, end, destination }: Datagram): void => {
    if (end - start < udpHeaderBytes || payloads.length >= mostPayloads) return
    payloads.push({
      destination: endpointOf(destination, bytes.readUInt16BE(start + 2)),
      bytes: Uint8Array.prototype.slice.call(bytes, start + udpHeaderBytes, end),
    })
  }
  const ignore = (): void => {}
  const network = new NetworkReader({ onUdp, onTcp: ignore, onIcmp: ignore, onLost: ignore })
  const side = { onDrop: ignore, onTlsSecrets: ignore }
  const { damage } = await readPackets(file, (packet) => network.receive(packet), side)
  network.end()
  return { payloads, damage: damage?.text }
}
