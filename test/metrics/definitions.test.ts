import { describe, expect, it } from 'vitest'
import {
  callDefinitions,
  mediaDefinitions,
  registrationDefinitions,
  standingMetrics,
} from '../../src/metrics/definitions/registry.js'
import { metricTable } from '../../src/model/metric-table.js'

describe('definitions', () => {
  it.each([...callDefinitions, ...mediaDefinitions, ...registrationDefinitions].map((each) => [each.name, each.kind]))(
    '%s is the %s that the metric table says',
    (name, kind) => {
      expect(metricTable[name].kind).toBe(kind)
    },
  )

  it('name nothing twice', () => {
    expect(new Set(standingMetrics).size).toBe(standingMetrics.length)
  })
})
