import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scenarioJsonSchema } from '../../src/scenario/json-schema.js'
import { steps } from '../../src/scenario/steps/registry.js'
import { YamlDocument } from '../../src/scenario/yaml-document.js'
import { withCalled, withFlow } from './reading-aid.js'

type Schema = Record<string, unknown>

const root = scenarioJsonSchema()

/** Keywords of draft 2020-12 that the schema uses; the validator below knows each, or it is an annotation. */
const annotations = ['$schema', 'title', 'description', 'examples', 'default', '$defs', 'format']
const assertions: Readonly<Record<string, (value: unknown, argument: unknown, schema: Schema) => boolean>> = {
  type: (value, types) => [types].flat().some((type) => isType(value, type)),
  enum: (value, values) => (values as unknown[]).includes(value),
  const: (value, wanted) => value === wanted,
  pattern: (value, pattern) => typeof value !== 'string' || new RegExp(pattern as string, 'u').test(value),
  minimum: (value, low) => typeof value !== 'number' || value >= (low as number),
  maximum: (value, high) => typeof value !== 'number' || value <= (high as number),
  exclusiveMinimum: (value, low) => typeof value !== 'number' || value > (low as number),
  minItems: (value, low) => !Array.isArray(value) || value.length >= (low as number),
  anyOf: (value, branches) => (branches as Schema[]).some((branch) => holds(value, branch)),
  items: (value, schema) => !Array.isArray(value) || value.every((item) => holds(item, schema as Schema)),
  properties: (value, properties) =>
    !isObject(value) ||
    Object.entries(properties as Record<string, Schema>).every(
      ([key, schema]) => !(key in value) || holds(value[key], schema),
    ),
  required: (value, keys) => !isObject(value) || (keys as string[]).every((key) => key in value),
  propertyNames: (value, schema) => !isObject(value) || Object.keys(value).every((key) => holds(key, schema as Schema)),
  additionalProperties: (value, rest, schema) =>
    !isObject(value) ||
    Object.entries(value).every(
      ([key, item]) => key in ((schema.properties as Schema) ?? {}) || (rest !== false && holds(item, rest as Schema)),
    ),
  $ref: (value, pointer) => {
    const name = /^#\/\$defs\/(\w+)$/.exec(pointer as string)?.[1] ?? ''
    return holds(
      value,
      (root.$defs as Record<string, Schema>)[name] ??
        (() => {
          throw new Error(`no ${pointer}`)
        })(),
    )
  },
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function isType(value: unknown, type: unknown): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isObject(value)
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

function holds(value: unknown, schema: Schema | boolean): boolean {
  if (typeof schema === 'boolean') return schema
  return Object.entries(schema).every(([keyword, argument]) => {
    if (annotations.includes(keyword)) return true
    const assertion = assertions[keyword]
    if (assertion === undefined)
      throw new Error(`the keyword "${keyword}" is not of draft 2020-12 or not known to this test`)
    return assertion(value, argument, schema)
  })
}

function plainValue(text: string): unknown {
  const read = YamlDocument.read(text, 'x.yaml')
  expect(read.problems).toEqual([])
  return read.value
}

const folder = join(import.meta.dirname, '../../scenarios')

describe('the JSON Schema accepts what siploadgen accepts', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'))
  test.each(files)('%s', (name) => {
    expect(holds(plainValue(readFileSync(join(folder, name), 'utf8')), root)).toBe(true)
  })

  test.each(steps.map((step) => [step.name, step] as const))('the example of %s', (_name, step) => {
    const text = step.contexts.includes('flow') ? withFlow(step.example) : withCalled(step.example)
    expect(holds(plainValue(text), root)).toBe(true)
  })
})

describe('the JSON Schema refuses', () => {
  test.each([
    ['an unknown section', withFlow('- wait 1s').replace('load', 'laod')],
    ['another version', withFlow('- wait 1s').replace('version: 1', 'version: 2')],
    ['an unknown step', withFlow('- wiat 1s')],
    ['an unknown step with arguments', withFlow('- wiat: { for: 1s }')],
    ['an unknown argument', withFlow('- wait: { four: 1s }')],
    ['an unknown step in a branch', withFlow('- chance: { of: 5%, do: [wiat 1s] }')],
    ['a step of when called in a flow', withFlow('- ring 1s')],
    ['a step of flows in when called', withCalled('- register phone')],
    ['a count of 0', withFlow('- wait 1s').replace('count: 2', 'count: 0')],
    ['an unknown transport', withFlow('- wait 1s').replace('count: 2', 'count: 2, transport: upd')],
  ])('%s', (_name, text) => {
    expect(holds(plainValue(text), root)).toBe(false)
  })
})

test('every key of the schema says what it means', () => {
  const silent: string[] = []
  const visit = (schema: unknown, path: string): void => {
    if (!isObject(schema) && !Array.isArray(schema)) return
    if (isObject(schema) && isObject(schema.properties)) {
      for (const [key, inner] of Object.entries(schema.properties)) {
        const isStep = steps.some((step) => step.name === key && path.includes('$defs'))
        if (!isStep && !(isObject(inner) && typeof inner.description === 'string')) silent.push(`${path}/${key}`)
      }
    }
    for (const [key, inner] of Object.entries(schema)) visit(inner, `${path}/${key}`)
  }
  visit(root, '')
  expect(silent).toEqual([])
})
