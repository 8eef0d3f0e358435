import type { PacketReceiver } from './port-pairs.js'

/** More than any packet of audio needs, with room for what protection appends. */
const slotBytes = 2048

/** Room for one packet on its way into a socket. */
export class PacketSlot {
  readonly bytes: Buffer = Buffer.allocUnsafeSlow(slotBytes)
  /** For the socket: the packet is sent, or is not. Made once a slot. */
  readonly onSent: (error: Error | null) => void
  owner: PacketReceiver | undefined
  readonly #views: (Buffer | undefined)[] = []

  constructor(free: PacketSlot[]) {
    this.onSent = (error) => {
      const { owner } = this
      this.owner = undefined
      free.push(this)
      if (error) owner?.onSendFailure()
    }
  }

  /** The first `length` bytes; the views of a slot are made once, since packets have few sizes. */
  packet(length: number): Buffer {
    let view = this.#views[length]
    if (!view) {
      view = this.bytes.subarray(0, length)
      this.#views[length] = view
    }
    return view
  }
}

/** Slots of all streams of a port: one is free again when its packet has left, whichever stream it was for. */
export class PacketPool {
  readonly #free: PacketSlot[] = []

  take(owner: PacketReceiver): PacketSlot {
    const slot = this.#free.pop() ?? new PacketSlot(this.#free)
    slot.owner = owner
    return slot
  }

  /** A slot that was not handed to a socket. */
  give(slot: PacketSlot): void {
    slot.owner = undefined
    this.#free.push(slot)
  }
}
