import { describe, expect, test } from 'vitest'
import { statementOf } from '../../src/conformance/catalogue.js'
import { knownProducts, loadKnownDeviations } from '../../src/conformance/profile-file.js'
import { rules } from '../../src/conformance/rules/registry.js'
import { probes } from '../../src/probe/registry.js'

/** What the products say of themselves, as captures of the lab have it; by default Kamailio names its version. */
const software: Readonly<Record<string, string>> = {
  baresip: 'baresip v1.0.0 (x86_64/linux)',
  jssip: 'JsSIP 3.13.8',
  kamailio: 'kamailio (5.6.3 (x86_64/linux))',
}

const decided = new Set([
  ...rules.map(({ id }) => id),
  ...probes.flatMap(({ expectations }) => expectations.map(({ statement }) => statement)),
])

describe('the known deviations that come with the program', () => {
  test('are of these products', () => expect(knownProducts()).toEqual(Object.keys(software)))

  test.each(Object.entries(software))('of %s are of statements that are judged, and fit what it says', (name, says) => {
    const deviations = loadKnownDeviations(name)
    expect(deviations.length).toBeGreaterThan(0)
    expect(deviations.filter(({ rule }) => statementOf(rule) === undefined || !decided.has(rule))).toEqual([])
    expect(deviations.filter(({ product }) => !new RegExp(product).test(says))).toEqual([])
    const others = Object.values(software).filter((other) => other !== says)
    expect(deviations.filter(({ product }) => others.some((other) => new RegExp(product).test(other)))).toEqual([])
  })

  test('are not what any other name stands for', () => {
    expect(() => loadKnownDeviations('nobody')).toThrow(/nobody/)
  })
})
