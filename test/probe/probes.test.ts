import { describe, expect, test } from 'vitest'
import { isProbeable, statementOf } from '../../src/conformance/catalogue.js'
import type { TransportName } from '../../src/model/address.js'
import type { Need, Probe } from '../../src/probe/probe.js'
import { probes } from '../../src/probe/registry.js'
import type { FarOptions } from './far-side/far-side.js'
import { mutants as plainMutants } from './mutants.js'
import { playVirtual } from './play-virtual.js'
import { tortureMutants } from './torture-mutants.js'

const mutants = [...plainMutants, ...tortureMutants]

const transportFor = ({ needs = [] }: Probe): TransportName =>
  needs.includes('ws') && needs.includes('tls')
    ? 'wss'
    : needs.includes('ws')
      ? 'ws'
      : needs.includes('tls')
        ? 'tls'
        : needs.includes('stream')
          ? 'tcp'
          : 'udp'

const declarable: readonly Need[] = ['stateless-uas', 'stateless-proxy', 'redirect', 'ends-lost-calls']

/** What a probe is played against so that it has something to judge. */
const settingFor = (probe: Probe): FarOptions => ({
  transport: transportFor(probe),
  declared: (probe.needs ?? []).filter((need) => declarable.includes(need)),
  callsUs: probe.needs?.includes('incoming') === true,
  guarded: probe.id === 'handshakes/credentials',
})

describe('the registry of probes', () => {
  test('names each probe once, and each by statements of the catalogue', () => {
    const ids = probes.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const unknown = probes
      .flatMap(({ expectations }) => expectations)
      .filter(({ statement }) => !statementOf(statement))
    expect(unknown).toEqual([])
  })

  test('decides only statements that a probe can decide', () => {
    const decided = probes.flatMap(({ expectations }) => expectations.map(({ statement }) => statement))
    expect(decided.filter((id) => !isProbeable(statementOf(id) as never))).toEqual([])
  })

  test('has a mutant for every expectation', () => {
    const proven = new Set(mutants.map(({ statement }) => statement))
    const decided = probes.flatMap(({ expectations }) => expectations.map(({ statement }) => statement))
    expect([...new Set(decided)].filter((statement) => !proven.has(statement))).toEqual([])
  })
})

describe('against a far side that keeps the rules', () => {
  test.each(probes.map((probe) => [probe.id, probe] as const))('%s finds nothing', async (_, probe) => {
    const { verdicts, entries } = await playVirtual(probe, settingFor(probe))
    const notPassed = [...verdicts]
      .filter(([, { verdict }]) => verdict !== 'pass')
      .map(
        ([statement, verdict]) =>
          `${statement}: ${verdict.verdict} ${'why' in verdict ? verdict.why : ''}${'found' in verdict ? verdict.found : ''}`,
      )
    expect(notPassed, entries.map(({ direction, party, text }) => `${direction} ${party} ${text}`).join('\n')).toEqual(
      [],
    )
  })
})

describe('against a far side that breaks', () => {
  test.each(mutants.map((mutant) => [mutant.statement, mutant] as const))(
    '%s, that is found',
    async (statement, mutant) => {
      const judging = probes
        .filter(({ id }) => mutant.probe === undefined || id === mutant.probe)
        .filter(({ expectations }) => expectations.some((each) => each.statement === statement))
      expect(judging).not.toEqual([])
      const verdicts = []
      for (const probe of judging) {
        const setting = settingFor(probe)
        const transport = mutant.transport ?? setting.transport ?? 'udp'
        const { verdicts: found } = await playVirtual(probe, { ...setting, transport, mutation: mutant })
        verdicts.push(found.get(statement)?.verdict)
      }
      expect(verdicts).toContain('violation')
    },
  )
})
