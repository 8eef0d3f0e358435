/** How a codec suffers: G.113 gives both numbers, on the scale of one model. */
export interface Equipment {
  /** Equipment impairment factor without packet loss. */
  readonly ie: number
  /** Packet-loss robustness factor. */
  readonly bpl: number
}

/** What a receiver had to do without, after its jitter buffer. */
export interface Loss {
  /** Share of packets lost or discarded, in percent. */
  readonly ppl: number
  /** Mean length of runs of loss against that of random loss; 1 is random. */
  readonly burstR: number
}

/**
 * Effective equipment impairment factor (G.107 7-29, G.107.1 7-15). The ceiling is 95 on the narrowband and wideband
 * scales, 132 on the fullband one.
 */
export function effectiveEquipmentImpairment(equipment: Equipment, loss: Loss, ceiling: number): number {
  const { ie, bpl } = equipment
  return ie + ((ceiling - ie) * loss.ppl) / (loss.ppl / loss.burstR + bpl)
}

/**
 * Impairment by an absolute delay of `ta` ms (G.107 7-27 and 7-28). `sensitivity` (sT) and `perceptibleMs` (mT) tell
 * how much a conversation depends on delay; 1 and 100 ms are those of everyday telephony.
 */
export function absoluteDelayImpairment(ta: number, sensitivity = 1, perceptibleMs = 100): number {
  if (ta <= perceptibleMs) return 0
  const x = Math.log2(ta / perceptibleMs)
  const power = 6 * sensitivity
  return 25 * ((1 + x ** power) ** (1 / power) - 3 * (1 + (x / 3) ** power) ** (1 / power) + 2)
}
