import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { errorTable } from '../../src/base/error-table.js'
import { pages } from '../../src/cli/docs/pages.js'
import { faults } from '../../src/drill/faults/registry.js'
import { metricTable } from '../../src/model/metric-table.js'
import { rawSlots } from '../../src/model/raw-slots.js'
import { steps } from '../../src/scenario/steps/registry.js'

const fileOf = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8')

test.each(Object.keys(pages))('docs/%s is what the generator gives; run npm run docs', (name) => {
  expect(fileOf(name)).toBe(pages[name]?.())
})

describe('the pages tell everything', () => {
  test.each(steps.map((step) => step.name))('the step %s', (name) => {
    expect(fileOf('scenario-language.md')).toContain(`### ${name}\n`)
  })
  test.each(faults.map((fault) => fault.word))('the fault %s', (word) => {
    expect(fileOf('scenario-language.md')).toContain(`### fault: ${word}\n`)
  })
  test.each(Object.keys(metricTable))('the metric %s', (name) => {
    expect(fileOf('scenario-language.md')).toContain(`| \`${name}\` |`)
  })
  test.each(Object.keys(rawSlots))('the slot %s', (slot) => {
    expect(fileOf('scenario-language.md')).toContain(`\`[${slot}]\``)
  })
  test.each(Object.keys(errorTable))('the error %s', (code) => {
    expect(fileOf('errors.md')).toContain(`| \`${code}\` |`)
  })
})
