import type { Finding, JudgedCapture, RunResult } from '../model/result.js'
import { figure } from './figures.js'
import { clean, type Paint } from './terminal.js'

const marks = {
  error: { mark: '✗', colour: 'red' },
  warning: { mark: '!', colour: 'yellow' },
  info: { mark: 'i', colour: 'dim' },
} as const

/** What was read, where it is taken to have been captured, and what is missing. */
export function captureLines(capture: JudgedCapture | undefined, paint: Paint): string[] {
  if (capture === undefined) return []
  const { frames, messages, duplicates, profile, vantage, notes } = capture
  const copies = duplicates > 0 ? `, ${duplicates} duplicates left out` : ''
  return [
    paint('bold', 'Capture'),
    `  ${frames} frames, ${messages} SIP messages${copies}; profile ${clean(profile)}`,
    ...vantage.map((line) => `  vantage: ${clean(line)}`),
    ...notes.map((line) => `  ${paint('yellow', '!')} ${clean(line)}`),
    '',
  ]
}

/** What was probed, with a line for each probe that was played. */
export function probeLines({ probe }: RunResult, paint: Paint): string[] {
  if (probe === undefined) return []
  const { element, profile, messages, probes } = probe
  // One handshake that fails takes no time that shows.
  const played = probes.filter(
    ({ seconds, verdicts }) =>
      seconds > 0 || verdicts.some(({ verdict }) => verdict === 'pass' || verdict === 'violation'),
  )
  return [
    paint('bold', 'Probes'),
    `  ${played.length} of ${probes.length} played at ${clean(element)}, ${messages} messages; profile ${clean(profile)}`,
    ...played.map(({ id, verdicts }) => `  ${id.padEnd(34)} ${countsText(verdicts.map(({ verdict }) => verdict))}`),
    '',
  ]
}

const countsText = (verdicts: readonly string[]): string =>
  [...new Set(verdicts)].map((verdict) => `${verdicts.filter((each) => each === verdict).length} ${verdict}`).join(', ')

const mostStreams = 5

/** RTP of a capture: totals, what was heard, calls that were not, and the streams that lost most. */
export function capturedMediaLines({ capture, media }: RunResult, paint: Paint): string[] {
  if (capture === undefined || media.streams === 0) return []
  const { streams, calls, unheard } = capture.media
  const heard = Object.entries(calls).map(([name, count]) => `${count} ${clean(name)}`)
  const worst = streams.filter(({ lost }) => lost > 0).slice(0, mostStreams)
  return [
    paint('bold', 'Media'),
    `  ${media.streams} RTP streams, ${media.packetsReceived} packets, ${media.packetsLost} lost`,
    ...(heard.length > 0 ? [`  answered calls, hop by hop: ${heard.join(', ')}`] : []),
    ...unheard.map(
      (call) =>
        `  ${paint('yellow', '!')} ${call.heard}: ${call.caller} to ${call.callee}, ${call.packetsFromCaller} packets from ` +
        `caller, ${call.packetsFromCallee} from callee (Call-ID ${clean(call.callId)})`,
    ),
    ...worst.map(
      ({ source, destination, lost, expected, maxDeltaMs, meanJitterMs }) =>
        `  ${source} -> ${destination}: ${lost} of ${expected} lost, longest gap ${figure(maxDeltaMs, 'ms')}, ` +
        `mean jitter ${figure(meanJitterMs, 'ms')}`,
    ),
    '',
  ]
}

/** Violations element by element with their evidence, then what could not be decided. */
export function findingLines({ findings }: RunResult, paint: Paint): string[] {
  const lines: string[] = []
  for (const [element, own] of byElement(findings)) {
    const software = own.find((finding) => finding.software !== undefined)?.software
    lines.push(paint('bold', clean(software === undefined ? element : `${element} (${software})`)))
    for (const finding of own) lines.push(...(finding.verdict === 'inconclusive' ? [] : violationLines(finding, paint)))
    lines.push(...undecidedLines(own, paint), '')
  }
  return lines
}

function byElement(findings: readonly Finding[]): ReadonlyMap<string, Finding[]> {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) groups.set(finding.element, [...(groups.get(finding.element) ?? []), finding])
  return groups
}

function violationLines(finding: Finding, paint: Paint): string[] {
  const { rule, severity, count, verdict, clause = '', level = '', expected = '', examples } = finding
  const { mark, colour } = marks[severity]
  const known = verdict === 'known deviation' ? `  known: ${clean(finding.found ?? '')}` : ''
  return [
    `  ${paint(colour, mark)} ${severity} ${rule} × ${count}  ${clean(expected)}  (${clause}, ${level})${known}`,
    ...examples.flatMap((example) => example.split('\n').map((line) => `      ${clean(line)}`)),
  ]
}

function undecidedLines(findings: readonly Finding[], paint: Paint): string[] {
  const undecided = findings.filter(({ verdict }) => verdict === 'inconclusive')
  if (undecided.length === 0) return []
  return [
    paint('dim', '  not decided:'),
    ...undecided.map(({ rule, count, found = '' }) => paint('dim', `    ${rule} × ${count}: ${clean(found)}`)),
  ]
}

/** Two figures: what is implemented of what can be decided, and what of it was exercised. */
export function coverageLines({ coverage, probe }: RunResult, paint: Paint): string[] {
  const { testable, implemented, exercised } = coverage.rules
  if (testable === 0) return []
  return [
    paint('bold', 'Rules'),
    `  ${implemented} implemented of ${testable} that a ${probe === undefined ? 'capture' : 'probe'} can decide, ${exercised} exercised of ${implemented}`,
    '',
  ]
}
