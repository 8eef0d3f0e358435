import type { Entry } from '../../probe/exchange.js'
import type { PlayedProbe } from '../../probe/play.js'

const mostLines = 14
const longestLine = 160
const printable = (line: string): string => line.replace(/[\x00-\x1f\x7f-\x9f]/g, '.').slice(0, longestLine)

/** The messages that prove it, and the course of the conversation. */
export function evidenceText({ probe, entries }: PlayedProbe, proof: readonly Entry[]): string {
  const zero = entries[0]?.atMs ?? 0
  const shown = [...new Set(proof)].flatMap((entry) => ['', headline(entry, zero), ...headLines(entry)])
  return [`probe ${probe.id}: ${probe.title}`, ...shown, '', ...ladder(entries, proof, zero)].join('\n')
}

const headline = ({ atMs, direction, party }: Entry, zero: number): string =>
  `${((atMs - zero) / 1000).toFixed(3)} s, ${direction} by our ${party}:`

function headLines({ text }: Entry): string[] {
  const lines = text.split('\r\n').filter((line) => line !== '')
  const cut = lines.length > mostLines ? [...lines.slice(0, mostLines), '...'] : lines
  return cut.map((line) => `  ${printable(line)}`)
}

const mostSteps = 24

function ladder(entries: readonly Entry[], proof: readonly Entry[], zero: number): string[] {
  const told = entries.filter(({ message, direction }) => message !== undefined || direction === 'event')
  const last = Math.max(...proof.map((entry) => told.indexOf(entry)), 0)
  const from = Math.max(0, Math.min(last + 4, told.length) - mostSteps)
  return told.slice(from, from + mostSteps).map((entry) => {
    const arrow = entry.direction === 'sent' ? '->' : entry.direction === 'received' ? '<-' : '--'
    const mark = proof.includes(entry) ? '>' : ' '
    const seconds = ((entry.atMs - zero) / 1000).toFixed(3).padStart(8)
    return `${mark} ${seconds} ${entry.party.padEnd(9)} ${arrow} ${printable(entry.text.split('\r\n')[0] ?? '')}`
  })
}
