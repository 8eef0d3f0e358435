import { describe, expect, test } from 'vitest'
import { CallVariables } from '../../src/load/call-variables.js'

const happenings: Readonly<Record<string, (variables: CallVariables) => void>> = {
  'a phone lends its own': (variables) => variables.lend({ n: 3, region: 'north' }),
  'another phone lends what is already there': (variables) => {
    variables.lend({ n: 3 })
    variables.lend({ n: 4, row: 'b' })
  },
  'a phone would replace an input': (variables) => variables.lend({ domain: 'other.test' }),
  'the call is placed': (variables) => variables.noteCall('1001', '2001'),
  'a second call is placed': (variables) => {
    variables.noteCall('1001', '2001')
    variables.noteCall('1001', '2002')
  },
  'a final status comes': (variables) => variables.noteStatus(486),
}

const wanted: Readonly<Record<string, object>> = {
  'a phone lends its own': { n: 3, region: 'north' },
  'another phone lends what is already there': { n: 3, row: 'b' },
  'a phone would replace an input': {},
  'the call is placed': { caller: '1001', callee: '2001' },
  'a second call is placed': { caller: '1001', callee: '2002' },
  'a final status comes': { status: 486 },
}

describe('the variables of a call', () => {
  test.each(Object.keys(happenings))('are the same whether asked for before or after: %s', (name) => {
    const early = new CallVariables({ domain: 'lab.test' }, 7)
    const asked = early.values
    happenings[name]?.(early)
    const late = new CallVariables({ domain: 'lab.test' }, 7)
    happenings[name]?.(late)
    expect(late.values).toEqual({ domain: 'lab.test', call: 7, ...wanted[name] })
    expect(asked).toEqual(late.values)
  })

  test('keep what a step sets', () => {
    const variables = new CallVariables({}, 1)
    variables.values.colour = 'red'
    variables.noteStatus(200)
    expect(variables.values).toEqual({ call: 1, colour: 'red', status: 200 })
  })
})
