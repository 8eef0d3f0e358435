/** Datagrams that one call of `UdpAddon`'s `onDatagrams` brings at most. */
export const mostDatagrams = 64

/**
 * UDP sockets of the native part (native/udp_binding.h). Sockets and addresses are small numbers here; a result below
 * zero is an errno, negative. Texts are latin1 views of bytes.
 */
export interface UdpAddon {
  /**
   * Once, before anything else. For each batch of one socket the ages of its datagrams in milliseconds stand in `ages`
   * and the numbers of their sources in `sources`, which also holds, after `mostDatagrams` of them, the generation of
   * the numbers of addresses: when it changes, all numbers given before are void.
   */
  start(
    onDatagrams: (socket: number, ...texts: string[]) => void,
    /** What the kernel says about a socket, or about a datagram to `address` (-1: unknown) that did not leave in `send`. */
    onFailure: (socket: number, errno: number, address: number) => void,
    ages: Float64Array,
    sources: Int32Array,
  ): void
  /**
   * Binds a socket that is heard of from the next turn of the event loop on: its number. With `batches` what is sent leaves
   * when a batch of datagrams has been handled, before the event loop waits, or 0.2 ms after the first, and texts of one length
   * to one address in one call.
   */
  open(host: string, port: number, ipv6: boolean, receiveBufferBytes: number, batches: boolean): number
  /** 0, or an errno. */
  connect(socket: number, address: number): number
  /** The number of the address that a socket is bound to. */
  local(socket: number): number
  /** To the connected peer when `address` is -1. 0 when the text is taken or queued, or an errno. */
  send(socket: number, text: string, address: number): number
  queuedBytes(socket: number): number
  /** The port is free afterwards, and the number will be used again. */
  close(socket: number): void
  addressId(host: string, port: number, ipv6: boolean): number
  addressHost(address: number): string
  addressPort(address: number): number
}
