import { randomInt } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { exitCode } from '../../base/error-table.js'
import { SiploadgenError } from '../../base/errors.js'
import { Rng } from '../../base/rng.js'
import { WheelClock } from '../../base/wheel-clock.js'
import { rulesOf } from '../../conformance/profile.js'
import { loadKnownDeviations, loadProfile } from '../../conformance/profile-file.js'
import type { RunResult } from '../../model/result.js'
import { dryRun } from '../../probe/dry-run.js'
import type { Need, Probe } from '../../probe/probe.js'
import { probes, titledStatements } from '../../probe/registry.js'
import { playSeries, refusesToLive, unfit } from '../../probe/series.js'
import type { ProbeTarget } from '../../probe/target.js'
import { type ReporterName, reporters } from '../../report/registry.js'
import type { Reporter } from '../../report/reporter.js'
import { writeWhole } from '../../report/result-file.js'
import { TargetGuard } from '../../transport/guard.js'
import type { FailOn } from '../check/check-result.js'
import { accountsOf } from '../probe/accounts.js'
import { handshakeFields } from '../probe/handshake-fields.js'
import { locateTarget } from '../probe/locate-target.js'
import { openNetwork } from '../probe/open-network.js'
import { probeResult } from '../probe/probe-result.js'
import { Interruption } from '../run/interruption.js'
import { checkFormats, printed } from '../run/write-reports.js'
import type { CommandOutput } from './validate.js'

export interface ProbeOptions {
  readonly accounts: string | undefined
  readonly domain: string | undefined
  readonly call: string | undefined
  readonly udp: string | undefined
  readonly listen: number | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
  readonly declare: readonly Need[]
  readonly only: readonly string[]
  readonly slow: boolean
  readonly within: number
  readonly ca: string | undefined
  readonly handshake: string | undefined
  readonly list: boolean
  readonly dryRun: boolean
  readonly allowTargets: readonly string[]
  readonly profile: string
  readonly knownDeviations: readonly string[]
  readonly failOn: FailOn
  readonly formats: readonly string[]
  readonly out: string | undefined
  /** Undefined draws one: two probes of a target that share their branches would be repetitions of each other to it. */
  readonly seed: number | undefined
  readonly quiet: boolean
}

/** `siploadgen probe`: sends conformance stimuli to a target, judges its reactions, exits with the verdict. */
export async function probeCommand(text: string, options: ProbeOptions, output: CommandOutput): Promise<number> {
  checkFormats(options.formats)
  const profile = loadProfile(options.profile)
  const deviations = options.knownDeviations.flatMap((file) => loadKnownDeviations(file))
  const chosen = chosenProbes(options.only)
  const seed = options.seed ?? randomInt(2 ** 31)
  const rng = new Rng(seed, 'probe')
  const guard = new TargetGuard(options.allowTargets)
  const target = await targetOf(text, options, guard, rng)
  if (options.list) return list(chosen, target, options.slow, output)
  if (options.dryRun) {
    for await (const line of dryRun(
      chosen.filter((probe) => unfit(probe, target, options.slow) === undefined),
      target,
      rng,
    ))
      output.out(line)
    return exitCode.pass
  }
  const startedAt = new Date()
  const clock = new WheelClock()
  const network = await openNetwork(target, options, { clock, guard, rng })
  const dead = await refusesToLive({ target, network, clock, rng })
  if (dead !== undefined) throw new SiploadgenError('environment/no-response', `${text}: ${dead}`)
  const interruption = new Interruption().listen()
  if (!options.quiet) output.err(announcement(chosen, target, options, seed))
  const played = await playSeries(chosen, {
    target,
    network,
    clock,
    rng,
    slow: options.slow,
    limitMs: options.within * 1000,
    interrupted: () => interruption.stopped,
    onProbe: ({ id }) => {
      if (!options.quiet) output.err(`  ${id}\n`)
    },
  })
  interruption.release()
  network.close?.()
  const rules = rulesOf(profile, titledStatements(chosen))
  const durationSeconds = (Date.now() - startedAt.getTime()) / 1000
  const { failOn } = options
  const result = probeResult({
    target,
    played,
    rules,
    profile,
    deviations,
    failOn,
    startedAt,
    durationSeconds,
    interrupted: interruption.stopped,
  })
  report(result, options, output)
  return { pass: exitCode.pass, fail: exitCode.fail, inconclusive: exitCode.inconclusive }[result.verdict]
}

async function targetOf(text: string, options: ProbeOptions, guard: TargetGuard, rng: Rng): Promise<ProbeTarget> {
  const accounts = accountsOf(options.accounts)
  const { transport, host, address, path } = await locateTarget(text, guard, rng)
  const usual = transport === 'tls' ? 5061 : 5060
  return {
    name: text,
    transport,
    address,
    udp: options.udp === undefined ? undefined : (await locateTarget(`udp://${options.udp}`, guard, rng)).address,
    domain: options.domain ?? (address.port === usual ? host : `${host}:${address.port}`),
    accounts,
    callUri: options.call,
    callsUs: options.listen !== undefined,
    declared: new Set(options.declare),
    webSocket: { path, fields: handshakeFields(options.handshake) },
  }
}

/** A name or a beginning of names: `registrations/`, `calls/copies`. */
function chosenProbes(only: readonly string[]): readonly Probe[] {
  const unknown = only.find((part) => !probes.some(({ id }) => id.startsWith(part)))
  if (unknown !== undefined) throw new SiploadgenError('usage/arguments', `no probe is called "${unknown}": see --list`)
  return only.length === 0 ? probes : probes.filter(({ id }) => only.some((part) => id.startsWith(part)))
}

function list(chosen: readonly Probe[], target: ProbeTarget, slow: boolean, output: CommandOutput): number {
  for (const probe of chosen) {
    const reason = unfit(probe, target, slow)
    const statements = probe.expectations.map(({ statement }) => statement).join(' ')
    output.out(`${probe.id}${reason === undefined ? '' : ` (${reason})`}\n  ${probe.title}\n  ${statements}\n`)
  }
  return exitCode.pass
}

function announcement(
  chosen: readonly Probe[],
  target: ProbeTarget,
  { slow, within }: ProbeOptions,
  seed: number,
): string {
  const playable = chosen.filter((probe) => unfit(probe, target, slow) === undefined)
  return (
    `${playable.length} probes for ${target.name} at ${target.address.host}, one conversation at a time, within ${within} s. ` +
    `They register and call as ${target.accounts.map(({ user }) => user).join(' and ')} in ${target.domain} and remove all ` +
    `their bindings there; some requests are malformed on purpose. Seed ${seed}.\n`
  )
}

function report(result: RunResult, { out, formats, quiet }: ProbeOptions, output: CommandOutput): void {
  if (out !== undefined) {
    mkdirSync(out, { recursive: true })
    for (const reporter of Object.values<Reporter>(reporters))
      writeWhole(`${out}/${reporter.file}`, reporter.render(result))
  }
  const names = formats.length > 0 ? formats : quiet ? [] : ['text']
  for (const name of names) output.out(printed(name as ReporterName, result))
}
