/** Why a file cannot be read on, with the offset where that begins. */
export interface ReadingFailure {
  readonly offset: number
  readonly text: string
}

/** Packets that the capturing program says it lost. */
export interface DropNote {
  readonly interfaceIndex: number
  /** Packets lost since the note before. */
  readonly packets: number
}

/** What a file holds besides packets. */
export interface SideEvents {
  onDrop(note: DropNote): void
  /** Text of a TLS key log that is embedded in the file. */
  onTlsSecrets(keyLog: string): void
}

/** Takes the bytes of a file in pieces of any size and hands packets on while it does so. */
export interface PacketReader {
  /** After a failure nothing more is read. */
  push(bytes: Buffer): ReadingFailure | undefined
  /** The file is at its end; a failure when it ends in the middle of something. */
  end(): ReadingFailure | undefined
}

/** A packet longer than this is a corrupt length: what tcpdump and Wireshark take as their maximum. */
export const largestPacket = 262_144
