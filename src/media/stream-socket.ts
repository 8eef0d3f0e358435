import type { RemoteInfo } from 'node:dgram'

/** A bound UDP socket as the port of streams needs it; node:dgram's are such. */
export interface StreamSocket {
  /** `atMs`: clock time of arrival where the socket knows it. `isCounted`: statistics have the packet already. */
  on(event: 'message', listener: (bytes: Buffer, from: RemoteInfo, atMs?: number, isCounted?: boolean) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  /** One datagram, of one or of several parts. */
  send(
    bytes: Uint8Array | readonly Uint8Array[],
    port: number,
    host: string,
    onSent: (error: Error | null) => void,
  ): unknown
  close(onClosed: () => void): unknown
}

/** Binds exactly this port; an error of the system is a value. */
export type BindSocket = (host: string, port: number, recvBufferBytes: number) => Promise<StreamSocket | Error>
