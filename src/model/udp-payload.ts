/** What a captured UDP datagram carries. */
export interface UdpPayload {
  /** A number for the address and port that it went to. */
  readonly destination: number
  readonly bytes: Uint8Array
}
