// Lays the report of a run beside what its captures say.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { captureFile } from './captures.js'
import { failedOf, judge, orphanedOf, outageOf } from './fates.js'
import { readArrivals, readCalls } from './reading.js'

/** Of the scenario: so many calls last long, and the fault hits those; the others are short. */
const longCalls = 200
const longMs = 85_000
const shortMs = 5_000

/** Nearest rank, of values in order. */
const percentile = (sorted, percent) => sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]

/** What the captures of one run say of its fault. */
export async function readRun(folder) {
  const { ptimeMs } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))
  const faultMs = Number(readFileSync(join(folder, 'broken'), 'utf8')) * 1000
  const result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'))
  const [fault] = result.faults
  const calls = await readCalls(captureFile(folder, 'agents-sip'), join(folder, 'keys'))
  calls.sort((a, b) => a.invitedMs - b.invitedMs)
  for (const [n, call] of calls.entries()) giveEnd(call, n < longCalls)
  // Audio that goes away so long after the end of a fault goes away for another reason.
  const untilMs = faultMs + fault.for * 1000 + 60_000
  const judged = async (files) => {
    const arrivals = new Map()
    for (const file of files) await readArrivals(captureFile(folder, file), arrivals)
    for (const call of calls) giveStreams(call, arrivals)
    return judge(calls, { faultMs, untilMs, ptimeMs })
  }
  const gateways = await judged(['a-media', 'b-media'])
  const agents = await judged(['agents-media'])
  const signalling = {
    outage: outageOf(calls, faultMs),
    failed: failedOf(calls, faultMs),
    orphaned: orphanedOf(calls, faultMs),
    attempted: calls.length,
  }
  return rowsOf(result, fault, signalling, agents, gateways)
}

/** A BYE that never got out, since its connection was gone, was due all the same, and found nobody. */
function giveEnd(call, isLong) {
  call.isLong = isLong
  if (call.byes.length > 0 || call.answeredMs === undefined) return
  call.byes.push({ atMs: call.answeredMs + (isLong ? longMs : shortMs), isSent: true, status: undefined })
}

/** The packets that came to the ports of a call while it was up. */
function giveStreams(call, arrivals) {
  call.endedMs = Number.POSITIVE_INFINITY
  const endMs = Math.min(...call.byes.map(({ atMs }) => atMs)) + 500
  call.streams = [...call.ports].flatMap((port) => {
    const timesMs = (arrivals.get(port) ?? []).filter((ms) => ms >= call.invitedMs && ms <= endMs)
    return timesMs.length === 0 ? [] : [{ timesMs }]
  })
}

const gap = (judged, percent) => percentile(judged.gapsMs, percent)

/** What a row is of, the report's figure, and what the captures say at the agents and at the gateways. */
function rowsOf(result, { measures, outcome }, signalling, agents, gateways) {
  const fates = ['inProgress', 'kept', 'recovered', 'lost', 'zombie', 'dropped']
  return {
    verdict: result.verdict,
    rows: [
      { what: 'calls attempted', report: result.calls.attempted, agents: signalling.attempted },
      ...fates.map((fate) => ({
        what: fate === 'inProgress' ? 'calls in progress' : fate,
        report: outcome.calls[fate],
        agents: agents[fate],
        gateways: gateways[fate],
      })),
      ...[
        ['longest gap, ms', 'failover.media_gap', 100],
        ['gap p95, ms', 'failover.media_gap p95', 95],
      ].map(([what, name, percent]) => ({
        what,
        report: measures[name],
        agents: gap(agents, percent),
        gateways: gap(gateways, percent),
      })),
      { what: 'signalling outage, ms', report: measures['failover.signalling_outage'], agents: signalling.outage },
      { what: 'new calls failed', report: outcome.newCalls.failed, agents: signalling.failed },
      {
        what: 'BYEs that found nobody, %',
        report: measures['failover.orphaned_requests'],
        agents: signalling.orphaned,
      },
    ],
  }
}

const shown = (value) => (value === undefined || value === null ? '' : String(Math.round(value * 10) / 10))

/** As Markdown: a table a fault, with a column for each figure of each run. */
export function tableOf(fault, runs) {
  const lines = [
    `| ${fault} | ${runs.map((_, n) => `run ${n + 1}: report | agents' side | gateways' side | difference`).join(' | ')} |`,
    `|---|${runs.map(() => '---|---|---|---').join('|')}|`,
  ]
  for (const [i, { what }] of runs[0].rows.entries()) {
    const cells = runs.map(({ rows }) => {
      const { report, agents, gateways } = rows[i]
      const difference = report === undefined || report === null ? undefined : report - agents
      return [report, agents, gateways, difference].map(shown).join(' | ')
    })
    lines.push(`| ${what} | ${cells.join(' | ')} |`)
  }
  return [...lines, `| verdict | ${runs.map(({ verdict }) => `${verdict} | | |`).join(' | ')} |`].join('\n')
}
