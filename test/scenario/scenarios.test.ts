// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the language under test
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load-scenario.js'

const folder = join(import.meta.dirname, '../../scenarios')
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

describe('every scenario that comes with siploadgen', () => {
  test.each(files)('%s is valid', (name) => {
    const scenario = loadScenario(join(folder, name), { set: {} })
    expect(scenario.groups.length).toBeGreaterThan(0)
    for (const group of scenario.groups) {
      for (let n = 0; n < Math.min(group.count, 3); n++)
        expect(group.identity.render({ n })).toMatch(/^sip:\d+@lab\.test$/)
    }
  })

  test.each(files.filter((name) => name !== 'sipp-uas.yaml'))('%s takes another gateway', (name) => {
    const targets = ['udp', 'tcp', 'tls', 'ws', 'wss'].map((transport) => `${transport}://10.0.0.1`).join(',')
    expect(loadScenario(join(folder, name), { set: { gateway: targets } }).gateway.kind).toBe('external')
  })
})

const made = mkdtempSync(join(tmpdir(), 'siploadgen-drills-'))
afterAll(() => rmSync(made, { recursive: true }))

test.each([
  ['scenarios/drills/gateways/kamailio.yaml', {}],
  ['lab/pair.yaml', { folder: made, fault: 'partition' }],
])('the drill %s for a gateway of others is valid', (file, set) => {
  writeFileSync(join(made, 'ca.pem'), '')
  const { gateway, faults } = loadScenario(join(folder, '..', file), { set })
  expect(gateway.kind).toBe('external')
  expect(faults.map(({ kind }) => kind)).toEqual(['command'])
})

test('the quickstart makes 20 calls at 2/s between browsers and phones', () => {
  const { groups, flows, load } = loadScenario(join(folder, 'quickstart.yaml'), { set: {} })
  expect(groups.map(({ name, count, transport, media }) => [name, count, transport, media])).toEqual([
    ['browser', 10, 'wss', 'rtp'],
    ['phone', 10, 'udp', 'rtp'],
  ])
  expect(load).toMatchObject({ calls: 20, stages: [{ from: 2, to: 2, ms: 10_000 }] })
  expect(flows[0]?.program.map(({ op }) => op)).toEqual(['call', 'wait', 'hang-up'])
})
