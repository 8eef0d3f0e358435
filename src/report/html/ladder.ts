import type { CallSample } from '../../model/call-sample.js'
import { esc } from './markup.js'

type Entry = CallSample['ladder'][number]

const timeWidth = 90
const laneWidth = 230
const rowHeight = 26
const headHeight = 34
const maxRows = 100

/** Who takes part, as on paper: the caller, what lies between, then our other agents. */
function lanesOf(ladder: readonly Entry[]): string[] {
  const [caller = '', ...others] = new Set(ladder.map(({ agent }) => agent))
  return [...new Set([caller, ...ladder.map(({ remote }) => remote), ...others])]
}

const center = (lane: number): number => timeWidth + laneWidth * (lane + 0.5)

const shorten = (text: string, length: number): string => {
  const characters = [...text]
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`
}

/** A final response that is no success: `4xx` to `6xx`. */
const isBad = (summary: string): boolean => /^[4-6]\d\d\b/.test(summary)

function arrow(entry: Entry, row: number, lanes: readonly string[]): string {
  const own = center(lanes.indexOf(entry.agent))
  const far = center(lanes.indexOf(entry.remote))
  const [from, to] = entry.direction === 'sent' ? [own, far] : [far, own]
  const y = headHeight + rowHeight * (row + 1)
  const tip = to > from ? -8 : 8
  return [
    `<g${isBad(entry.summary) ? ' class="bad"' : ''}>`,
    `<text class="time" x="${timeWidth - 12}" y="${y + 4}" text-anchor="end">${entry.atMs.toFixed(1)} ms</text>`,
    `<line class="arrow" x1="${from}" y1="${y}" x2="${to}" y2="${y}"/>`,
    `<path class="tip" d="M${to} ${y}l${tip} -4v8z"/>`,
    `<text x="${(from + to) / 2}" y="${y - 5}" text-anchor="middle">${esc(shorten(entry.summary, 40))}</text>`,
    '</g>',
  ].join('')
}

/** The messages of a call as a sequence diagram. It is an image of text: readable without script and when printed. */
export function ladderSvg(ladder: readonly Entry[]): string {
  if (ladder.length === 0) return ''
  const shown = ladder.slice(0, maxRows)
  const lanes = lanesOf(shown)
  const width = timeWidth + laneWidth * lanes.length
  const height = headHeight + rowHeight * (shown.length + 1)
  const heads = lanes.map((name, lane) => {
    const x = center(lane)
    const line = `<line class="lane" x1="${x}" y1="${headHeight}" x2="${x}" y2="${height}"/>`
    return `${line}<text x="${x}" y="20" text-anchor="middle">${esc(shorten(name, 30))}<title>${esc(name)}</title></text>`
  })
  const left = ladder.length - shown.length
  const more = left > 0 ? `<p class="muted">${left} more messages are in result.json.</p>` : ''
  return [
    `<div class="scroll"><svg class="ladder" role="img" aria-label="Messages of the call" width="${width}" `,
    `height="${height}" viewBox="0 0 ${width} ${height}">`,
    ...heads,
    ...shown.map((entry, row) => arrow(entry, row, lanes)),
    `</svg></div>${more}`,
  ].join('')
}
