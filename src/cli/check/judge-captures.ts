import type { CaptureSummary } from '../../capture/captured-message.js'
import { readCapture } from '../../capture/read-capture.js'
import { Inspector } from '../../conformance/inspector.js'
import { type Role, Vantage } from '../../conformance/model/vantage.js'
import type { AnyRule } from '../../conformance/rule.js'
import { Tally } from '../../conformance/tally.js'
import { MediaTally } from './media-tally.js'

/** What was found in all captures together. */
export interface JudgedCaptures {
  readonly tally: Tally
  readonly summaries: readonly CaptureSummary[]
  readonly messages: number
  readonly software: ReadonlyMap<string, string>
  readonly vantage: readonly string[]
  readonly losses: readonly string[]
  readonly media: MediaTally
}

export interface JudgeOptions {
  readonly rules: readonly AnyRule[]
  readonly keyLog: string | undefined
  readonly vantage: ReadonlyMap<string, Role>
}

/** Reads captures one after the other and judges each by the rules; their findings are counted together. */
export async function judgeCaptures(files: readonly string[], options: JudgeOptions): Promise<JudgedCaptures> {
  const tally = new Tally()
  const media = new MediaTally()
  const software = new Map<string, string>()
  const summaries: CaptureSummary[] = []
  const vantage: string[] = []
  const losses: string[] = []
  let messages = 0
  for (const file of files) {
    const label = files.length > 1 ? `${file}, ` : ''
    const inspector = new Inspector(options.rules, { tally, software, label, vantage: new Vantage(options.vantage) })
    const keyLog = options.keyLog === undefined ? {} : { keyLog: options.keyLog }
    summaries.push(await readCapture(file, { ...keyLog, rtp: media }, (event) => inspector.event(event)))
    inspector.end()
    messages += inspector.messages
    vantage.push(...inspector.vantage.describe().map((line) => label + line))
    losses.push(...lossLines(inspector, label))
  }
  return { tally, software, summaries, messages, vantage, losses, media }
}

const maximumLines = 5

function lossLines({ ledger }: Inspector, label: string): readonly string[] {
  const { entries } = ledger
  const lines = entries
    .slice(0, maximumLines)
    .map(({ afterFrame, text }) => `${label}after frame ${afterFrame}: ${text}`)
  return entries.length > maximumLines ? [...lines, `${label}${entries.length - maximumLines} more losses`] : lines
}
