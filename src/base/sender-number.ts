/** Number of a call within the run, and who of its two sides speaks. A call that somebody else placed counts apart. */
export interface CallSide {
  readonly call: number
  readonly side: (typeof sides)[number]
}

const sides = ['caller', 'callee', 'called by others', 'stranger'] as const
/** An audio mark holds 24 bits; two of them say which side. */
const callModulus = 2 ** 22

/** What the audio marks of one side of a call name. Numbers of calls come again after 4,194,304 of them. */
export const senderNumber = ({ call, side }: CallSide): number =>
  (call % callModulus) * sides.length + sides.indexOf(side)

/** The side that a number names; a fourth side is none of ours. */
export const sideOf = (sender: number): CallSide => ({
  call: Math.floor(sender / sides.length),
  side: sides[sender % sides.length] ?? 'stranger',
})
