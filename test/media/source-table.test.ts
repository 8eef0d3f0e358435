import { expect, it } from 'vitest'
import { addressWords, type Source, SourceTable } from '../../src/media/source-table.js'

it('makes the text of an address once, wherever its words lie and whichever socket it comes to', () => {
  const table = new SourceTable()
  const words = new Uint32Array(3 * addressWords)
  for (let source = 0; source < 3; source++) words[source * addressWords + 1] = 1000 + source
  let made = 0
  const make = (source: number) => {
    made++
    return { address: `192.0.2.${source}`, port: 1, family: 'IPv4' as const, size: 0 }
  }
  const lasts: (Source | undefined)[] = [undefined, undefined]
  const find = (socket: number, source: number) => {
    const at = source * addressWords
    const found = table.find(lasts[socket], words, at) ?? table.add(words, at, make(source))
    lasts[socket] = found
    return found.info.address
  }
  for (const source of [0, 0, 1, 2, 0, 1, 2, 2]) {
    for (const socket of [0, 1]) expect(find(socket, source)).toBe(`192.0.2.${source}`)
  }
  expect(made).toBe(3)
})
