import type { Sighting } from '../capture/captured-message.js'
import { formatAddress } from '../model/address.js'
import type { ObservedMessage } from './model/observed-message.js'
import type { Point } from './point.js'

/** `frame.number in {3, 7}` shows these frames in Wireshark. */
export const wiresharkFilter = (frames: readonly number[]): string => `frame.number in {${frames.join(', ')}}`

export function framesOf(points: readonly Point[]): readonly number[] {
  return [...new Set(points.flatMap(({ sighting }) => sighting.frames))].sort((a, b) => a - b)
}

/** The lines that prove it, the bytes pointed at, and the messages around them. */
export function evidenceText(points: readonly Point[], around: readonly ObservedMessage[]): string {
  const parts = points.map((point) => [whereSeen(point.sighting), ...excerpt(point)].join('\n'))
  const ladder = ladderOf(points, around)
  return [...parts, ...(ladder.length > 0 ? [ladder.join('\n')] : [])].join('\n')
}

const whereSeen = ({ frames, source, destination, transport }: Sighting): string =>
  `frame ${frames.join(', ')}: ${formatAddress(source)} -> ${formatAddress(destination)} ${transport}`

const maximumLine = 160

function excerpt({ text, start, end }: Point): string[] {
  const first = lineAt(text, 0)
  const line = lineAt(text, start)
  const shown = start === end || line.text.trim() === '' ? '(not there)' : line.text
  const lines = line.start === first.start ? [] : [`  ${clip(printable(first.text))}`]
  if (shown !== line.text) return [...lines, `  ${shown}`]
  const from = Math.max(0, start - line.start - 100)
  const mark = Math.max(1, Math.min(end, line.start + line.text.length) - start)
  lines.push(`  ${clip(printable(shown.slice(from)))}`)
  lines.push(`  ${' '.repeat(start - line.start - from)}${'^'.repeat(Math.min(mark, maximumLine))}`)
  return lines
}

function lineAt(text: string, offset: number): { text: string; start: number } {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
  const length = text.slice(start).search(/\r?\n|$/)
  return { text: text.slice(start, start + length), start }
}

const clip = (line: string): string => (line.length <= maximumLine ? line : `${line.slice(0, maximumLine)}...`)
const printable = (line: string): string => line.replace(/[\x00-\x1f\x7f-\x9f]/g, '.')

/** A few messages before the first point and up to the last one. */
function ladderOf(points: readonly Point[], around: readonly ObservedMessage[]): string[] {
  const marked = new Set(points.map(({ sighting }) => sighting))
  const indexes = around.flatMap((message, index) => (marked.has(message.captured) ? [index] : []))
  const [firstIndex] = indexes
  if (firstIndex === undefined || around.length < 2) return []
  const from = Math.max(0, firstIndex - 3)
  const to = Math.min(Math.max(firstIndex, indexes.at(-1) ?? 0) + 1, from + maximumLadder)
  const zero = around[from]?.atMs ?? 0
  return around.slice(from, to + 1).map((message) => {
    const seconds = ((message.atMs - zero) / 1000).toFixed(3).padStart(8)
    const mark = marked.has(message.captured) ? '>' : ' '
    const ends = `${formatAddress(message.source)} -> ${formatAddress(message.destination)}`
    return `${mark} ${String(message.frames[0] ?? 0).padStart(6)} ${seconds}  ${ends}  ${printable(summaryOf(message))}`
  })
}

const maximumLadder = 10

const summaryOf = ({ isRequest, method, status, sip }: ObservedMessage): string =>
  isRequest ? `${method} (${sip.cseq})` : `${status} ${sip.reason.slice(0, 40)} (${sip.cseq} ${method})`
