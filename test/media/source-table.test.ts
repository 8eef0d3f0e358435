import { expect, it } from 'vitest'
import { addressWords, SourceTable } from '../../src/media/source-table.js'

it('makes the text of an address once, wherever its words lie', () => {
  const table = new SourceTable()
  const words = new Uint32Array(3 * addressWords)
  for (let source = 0; source < 3; source++) words[source * addressWords + 1] = 1000 + source
  let made = 0
  const find = (source: number) =>
    table.find(words, source * addressWords, () => {
      made++
      return { address: `192.0.2.${source}`, port: 1, family: 'IPv4', size: 0 }
    }).address
  for (const source of [0, 0, 1, 2, 0, 1, 2, 2]) expect(find(source)).toBe(`192.0.2.${source}`)
  expect(made).toBe(3)
})
