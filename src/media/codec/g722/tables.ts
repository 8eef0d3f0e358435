/*
 * Tables of ITU-T G.722 (09/2012) 6.2.1 by the names they have there; values are scaled by 2^15 unless said otherwise.
 * A 0 in front or at the end is never reached.
 */

/** Q6: decision levels of the 60-level quantizer of the lower band, in 1/8 of the step. */
export const lowerDecisions = Int16Array.of(
  ...[0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650],
  ...[714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919],
)

/** ILN and ILP: code words of the lower band for negative and positive differences. */
export const lowerNegativeCodes = Uint8Array.of(
  ...[0, 63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19],
  ...[18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4],
)
export const lowerPositiveCodes = Uint8Array.of(
  ...[0, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47],
  ...[46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32],
)

/** QM6: output levels of the lower band with all 6 bits. */
export const lowerLevels6 = Int16Array.of(
  ...[-136, -136, -136, -136, -24_808, -21_904, -19_008, -16_704, -14_984, -13_512, -12_280, -11_192, -10_232],
  ...[-9360, -8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032],
  ...[-1688, -1360, -1040, -728, 24_808, 21_904, 19_008, 16_704, 14_984, 13_512, 12_280, 11_192, 10_232, 9360],
  ...[8576, 7856, 7192, 6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728],
  ...[432, 136, -432, -136],
)

/** QM4: output levels of the lower band with the upper 4 bits, which alone drive the adaptation. */
export const lowerLevels4 = Int16Array.of(
  ...[0, -20_456, -12_896, -8968, -6288, -4240, -2584, -1200],
  ...[20_456, 12_896, 8968, 6288, 4240, 2584, 1200, 0],
)

/** QM2: output levels of the higher band. */
export const higherLevels = Int16Array.of(-7408, -1616, 7408, 1616)

/** Q2: the one decision level of the higher band, as `lowerDecisions`. */
export const higherDecision = 564

/** IHN and IHP: code words of the higher band by magnitude 1 or 2. */
export const higherNegativeCodes = Uint8Array.of(0, 1, 0)
export const higherPositiveCodes = Uint8Array.of(0, 3, 2)

/** What a code word adds to the logarithmic scale factor (WL by RL42, WH by RH2), scaled by 2^11. */
export const lowerLogSteps = Int16Array.of(
  ...[-60, 3042, 1198, 538, 334, 172, 58, -30],
  ...[3042, 1198, 538, 334, 172, 58, -30, -60],
)
export const higherLogSteps = Int16Array.of(798, -214, 798, -214)

/** ILB: 2^11 times 2 to the power of i/32. */
export const inverseLog = Int16Array.of(
  ...[2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834],
  ...[2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008],
)

/** One half of the symmetric 24-tap quadrature mirror filter, scaled by 2^13. */
export const mirrorTaps = Int16Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11)
