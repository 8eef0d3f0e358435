import type { FateCounts } from '../../model/fault-result.js'
import { esc } from './markup.js'

const width = 860
const height = 190
const barWidth = 14
const top = 26
const gap = 6
const labelWidth = 210

/** A share of the calls in one column. */
interface Block {
  readonly label: string
  readonly calls: number
  readonly style: 'kept' | 'hurt' | 'gone'
}

interface Placed extends Block {
  readonly y: number
  readonly h: number
}

const columnX = [0, (width - labelWidth - barWidth) / 2, width - labelWidth - barWidth] as const

/** Blocks one under the other, as high as their shares; empty ones have no place. */
function place(blocks: readonly Block[], total: number): Placed[] {
  const shown = blocks.filter(({ calls }) => calls > 0)
  const room = height - top - gap * 5
  let y = top
  return shown.map((block) => {
    const h = Math.max(2, (block.calls / total) * room)
    const placed = { ...block, y, h }
    y += h + gap
    return placed
  })
}

/** Calls in progress at a fault as a flow: before, during, after. Readable without script. */
export function fateFlow(calls: FateCounts): string {
  const { inProgress, kept, recovered, lost, zombie, dropped } = calls
  if (inProgress === 0) return ''
  const hit = inProgress - kept
  const before = place([{ label: 'in progress', calls: inProgress, style: 'kept' }], inProgress)
  const during = place(
    [
      { label: 'undisturbed', calls: kept, style: 'kept' },
      { label: 'hit', calls: hit, style: 'hurt' },
    ],
    inProgress,
  )
  const after = place(
    [
      { label: 'kept their audio', calls: kept, style: 'kept' },
      { label: 'got their audio back', calls: recovered, style: 'hurt' },
      { label: 'ended without it', calls: lost, style: 'gone' },
      { label: 'stood up silent', calls: zombie, style: 'gone' },
      { label: 'dropped', calls: dropped, style: 'gone' },
    ],
    inProgress,
  )
  const columns = [before, during, after]
  const bands = [...bandsOf(before, during, 0), ...bandsOf(during, after, 1)]
  const bars = columns.flatMap((column, n) => column.map((block) => bar(block, columnX[n] ?? 0)))
  const heads = ['before', 'during', 'after'].map(
    (title, n) => `<text x="${columnX[n]}" y="14" class="head">${title}</text>`,
  )
  return [
    `<div class="scroll"><svg class="fates" role="img" aria-label="What became of calls in progress" width="${width}" `,
    `height="${height}" viewBox="0 0 ${width} ${height}">`,
    ...bands,
    ...bars,
    ...heads,
    '</svg></div>',
  ].join('')
}

const bar = ({ label, calls, style, y, h }: Placed, x: number): string =>
  `<rect class="${style}" x="${x}" y="${y.toFixed(1)}" width="${barWidth}" height="${h.toFixed(1)}"/>` +
  `<text x="${x + barWidth + 6}" y="${(y + h / 2 + 4).toFixed(1)}">${calls} ${esc(label)}</text>`

/** From the blocks of one column to those of the next, which they are made of in the same order. */
function bandsOf(from: readonly Placed[], to: readonly Placed[], column: 0 | 1): string[] {
  const left = columnX[column] + barWidth
  const right = columnX[column + 1] ?? 0
  const middle = (left + right) / 2
  let source = 0
  let used = 0
  return to.map((target) => {
    const block = from[source]
    if (!block) return ''
    const y1 = block.y + (block.h * used) / block.calls
    const y2 = block.y + (block.h * (used + target.calls)) / block.calls
    used += target.calls
    if (used >= block.calls) {
      source++
      used = 0
    }
    const end = target.y + target.h
    const point = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`
    const path =
      `M${point(left, y1)} C${point(middle, y1)} ${point(middle, target.y)} ${point(right, target.y)} ` +
      `L${point(right, end)} C${point(middle, end)} ${point(middle, y2)} ${point(left, y2)}Z`
    return `<path class="${target.style}" d="${path}"/>`
  })
}
