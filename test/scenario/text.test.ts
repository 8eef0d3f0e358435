// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the language under test
import { describe, expect, test } from 'vitest'
import { splitText, textFromParts } from '../../src/scenario/text.js'

function compile(source: string) {
  const parts = splitText(source)
  if ('fault' in parts) throw new Error(`${parts.fault.offset}: ${parts.fault.text}`)
  return textFromParts(source, parts)
}

describe('texts are rendered with the values of their names', () => {
  test.each([
    ['plain', {}, 'plain'],
    ['', {}, ''],
    ['sip:${1000 + n}@lab.test', { n: 3 }, 'sip:1003@lab.test'],
    ['${a}${b}', { a: 'x', b: 'y' }, 'xy'],
    ['<${a}|${b}|${a}>', { a: 1, b: 2 }, '<1|2|1>'],
    ['costs $5', {}, 'costs $5'],
    ['$${n}', { n: 1 }, '${n}'],
    ['a$${b}${n}', { n: 1 }, 'a${b}1'],
    ['${"}"}', {}, '}'],
    ['${n} is 100%', { n: 1 }, '1 is 100%'],
  ])('%s with %o is %s', (source, variables, text) => {
    expect(compile(source).render(variables)).toBe(text)
  })

  test('a text without expressions is constant', () => {
    expect(compile('plain').constant).toBe(true)
    expect(compile('${n}').constant).toBe(false)
  })

  test('names bound as constants need no variables', () => {
    const parts = splitText('${domain}', { domain: 'lab.test' })
    expect('fault' in parts ? parts.fault : textFromParts('', parts).render({})).toBe('lab.test')
  })
})

test.each([
  ['ab${n', '2: "${" has no closing "}"'],
  ['ab${1 +}', '7: a name or a number is missing at the end'],
  ['${a}${b c}', '8: "c" is not expected here'],
])('the fault of %s has its offset', (source, fault) => {
  expect(() => compile(source)).toThrow(fault)
})
