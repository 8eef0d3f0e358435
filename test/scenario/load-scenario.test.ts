import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SiploadgenError } from '../../src/base/errors.js'
import { schemaCommand } from '../../src/cli/commands/schema.js'
import { validateCommand } from '../../src/cli/commands/validate.js'
import { loadScenario } from '../../src/scenario/load-scenario.js'
import { ScenarioError } from '../../src/scenario/problem.js'

let folder = ''
const fileOf = (name: string): string => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'siploadgen-scenario-'))
  writeFileSync(
    fileOf('good.yaml'),
    'version: 1\nagents: { a: { count: 2, identity: sip:a@b.c } }\nload: { for: 1s }\n',
  )
  writeFileSync(fileOf('bad.yaml'), 'version: 1\nagents: { a: { count: 0, identity: sip:a@b.c } }\nload: { for: 1 }\n')
  writeFileSync(fileOf('latin1.yaml'), Buffer.from([0x76, 0x3a, 0x20, 0xe9]))
})

afterAll(() => rmSync(folder, { recursive: true }))

function thrown(name: string): unknown {
  try {
    loadScenario(fileOf(name), { set: {} })
  } catch (error) {
    return error
  }
  return undefined
}

describe('loadScenario', () => {
  test('throws every problem as one error with the place of the first', () => {
    const error = thrown('bad.yaml')
    expect(error).toBeInstanceOf(ScenarioError)
    expect(error).toMatchObject({ code: 'scenario/invalid', exitCode: 2, place: { line: 2, column: 23 } })
    expect((error as ScenarioError).describe().split('\n')).toEqual([
      `${fileOf('bad.yaml')}:2:23: 0 is too small; the least is 1 [scenario/invalid]`,
      `${fileOf('bad.yaml')}:3:14: 1 has no unit; expected a time such as 500ms, 30s or 2m [scenario/invalid]`,
    ])
  })

  test.each([
    ['missing.yaml', 'scenario/unreadable', /does not exist/],
    ['.', 'scenario/unreadable', /cannot be read \(EISDIR\)/],
    ['latin1.yaml', 'scenario/syntax', /not UTF-8/],
  ])('%s is refused', (name, code, text) => {
    const error = thrown(name)
    expect(error).toBeInstanceOf(SiploadgenError)
    expect(error).toMatchObject({ code, exitCode: 2, message: expect.stringMatching(text) })
  })
})

function capture() {
  const written = { out: '', err: '' }
  const output = {
    out: (text: string) => {
      written.out += text
    },
    err: (text: string) => {
      written.err += text
    },
  }
  return { written, output }
}

describe('the commands', () => {
  test('validate says what a good scenario holds', async () => {
    const { written, output } = capture()
    expect(await validateCommand(fileOf('good.yaml'), { set: {} }, output)).toBe(0)
    expect(written).toEqual({
      out: `${fileOf('good.yaml')}: valid: "good", 1 group, 2 agents, 0 flows, 0 thresholds\n`,
      err: '',
    })
  })

  test('validate lists the problems of a bad one', async () => {
    const { written, output } = capture()
    expect(await validateCommand(fileOf('bad.yaml'), { set: {}, quiet: true }, output)).toBe(2)
    expect(written.out).toBe('')
    expect(written.err.trimEnd().split('\n')).toHaveLength(2)
  })

  test('validate says what is wrong with --set', async () => {
    const { written, output } = capture()
    expect(await validateCommand(fileOf('good.yaml'), { set: { x: '1' } }, output)).toBe(2)
    expect(written.err).toContain('good.yaml:1:1: --set x: the scenario has no input "x" [scenario/input]')
  })

  test('schema prints JSON', async () => {
    const { written, output } = capture()
    expect(await schemaCommand(output)).toBe(0)
    expect(JSON.parse(written.out)).toHaveProperty('$schema', 'https://json-schema.org/draft/2020-12/schema')
  })
})
