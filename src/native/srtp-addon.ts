/** What protects under one master key, or unprotects under several; freed with the last reference to it. */
export type SrtpHandle = object & { readonly handle: 'srtp' }

/** Suite (its DTLS-SRTP profile), master key, master salt, MKI (empty: none). Key and salt have the suite's lengths. */
type MasterKey = [profile: number, key: Uint8Array, salt: Uint8Array, mki: Uint8Array]

/** SRTP of the native part (native/srtp_sender.h, native/srtp_receiver.h): one call a packet, in place. */
export interface SrtpAddon {
  newSender(...master: MasterKey): SrtpHandle
  newReceiver(): SrtpHandle
  addKey(receiver: SrtpHandle, ...master: MasterKey): void
  /** The new length of the packet of `length` bytes; 0 when it is none, or `bytes` has no room for what it grows by. */
  protectRtp(sender: SrtpHandle, bytes: Uint8Array, length: number): number
  protectRtcp(sender: SrtpHandle, bytes: Uint8Array, length: number): number
  /** The length of the packet in clear, or -1 minus the place of the failure among `srtpFailures`. */
  unprotectRtp(receiver: SrtpHandle, bytes: Uint8Array, length: number): number
  unprotectRtcp(receiver: SrtpHandle, bytes: Uint8Array, length: number): number
}
