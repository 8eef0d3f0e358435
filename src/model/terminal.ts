/** A jitter buffer; times in ms. */
export type JitterBufferSettings =
  | { readonly kind: 'fixed'; readonly delayMs: number }
  | { readonly kind: 'adaptive'; readonly initialMs: number; readonly minMs: number; readonly maxMs: number }

/** The terminal that an agent stands for, as far as the quality of what it hears depends on it. */
export interface Terminal {
  readonly jitterBuffer: JitterBufferSettings
  /** It conceals packets of G.711 that are missing (G.711 Appendix I). */
  readonly concealsLoss: boolean
}

/** What stands for a phone or a browser of which nothing is known. */
export const usualTerminal: Terminal = {
  jitterBuffer: { kind: 'adaptive', initialMs: 60, minMs: 40, maxMs: 200 },
  concealsLoss: false,
}
