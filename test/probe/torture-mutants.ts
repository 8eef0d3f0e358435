import { tortureMessages } from '../../src/probe/probes/torture.js'
import type { TortureMessage } from '../../src/probe/torture/torture-message.js'
import type { Mutant } from './mutants.js'

/** A status that no expectation of that message permits. */
const wrongStatus = ({ expects: { conforming, lenient, before } }: TortureMessage): number =>
  [200, 400].find((status) => !conforming(status) && !lenient?.(status) && !before?.(status)) ?? 500

/** Answers that message, and it alone, in a wrong way. */
function misjudging(torture: TortureMessage): Mutant {
  const { name, statement, original } = torture
  const mark = torture.write(original).match(/^(?:Call-ID|i)\s*:\s*(\w+)/im)?.[1] ?? 'insuf'
  const branches = new Set<string>()
  const branchOf = (text: string): string => /branch=([^;\r,]*)/.exec(text)?.[1] ?? ''
  return {
    statement,
    hears: (text) => {
      const isIt = text.includes(mark) || (name === 'insuf' && !text.includes('Call-ID'))
      if (isIt) branches.add(branchOf(text))
      return isIt && torture.expects.isResponse ? text.replace(/^SIP\/2\.0 .*/, 'OPTIONS sip:far.test SIP/2.0') : text
    },
    says: (text) =>
      branches.has(branchOf(text)) ? text.replace(/^SIP\/2\.0 \d+ .*/, `SIP/2.0 ${wrongStatus(torture)} Mutant`) : text,
  }
}

export const tortureMutants: readonly Mutant[] = tortureMessages.map(misjudging)
