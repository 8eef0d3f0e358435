import type { RemoteInfo } from 'node:dgram'
import type { Address } from '../model/address.js'

/** `atMs`: clock time of arrival where the socket knows it. `countedRow`: the row whose statistics have the packet already. */
export type OnMessage = (bytes: Buffer, from: RemoteInfo, atMs?: number, countedRow?: number) => void

/** Where packets of a socket are counted that streams share. */
export interface RouteTable {
  /** Those of a source from there are counted for the row; undefined: no longer for any. */
  set(from: Address, ssrc: number, row: number | undefined): void
}

/** A bound UDP socket as the port of streams needs it; node:dgram's are such. */
export interface StreamSocket {
  on(event: 'message', listener: OnMessage): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  /** One datagram, of one or of several parts. */
  send(
    bytes: Uint8Array | readonly Uint8Array[],
    port: number,
    host: string,
    onSent: (error: Error | null) => void,
  ): unknown
  /** Octets that may wait in it, as the kernel counts. */
  getRecvBufferSize(): number
  close(onClosed: () => void): unknown
}

/** Binds exactly this port; an error of the system is a value. */
export type BindSocket = (host: string, port: number, recvBufferBytes: number) => Promise<StreamSocket | Error>
