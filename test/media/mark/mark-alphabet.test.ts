import { describe, expect, it } from 'vitest'
import { codecs } from '../../../src/media/codec/registry.js'
import { markAlphabet } from '../../../src/media/mark/mark-alphabet.js'
import { symbolMs, syncTones, toneCount } from '../../../src/media/mark/mark-format.js'

const names = Object.values(codecs).map(({ name, coder }) => ({ name, coder }))

describe.each(names.filter(({ coder }) => coder !== undefined))('the tones as payloads of $name', ({ name }) => {
  it.each([10, 20, 30, 40, 50, 60])('are there for every pair, in packets of %i ms', (ptimeMs) => {
    const alphabet = markAlphabet(name, ptimeMs)
    if (!alphabet) throw new Error('it has no alphabet')
    expect(ptimeMs % alphabet.unitMs).toBe(0)
    expect(symbolMs % alphabet.unitMs).toBe(0)
    for (let unit = 0; unit < symbolMs / alphabet.unitMs; unit++) {
      expect(alphabet.unit(-1, syncTones[0], unit).length).toBeGreaterThan(0)
      for (let former = 0; former < toneCount; former++) {
        for (let tone = 0; tone < toneCount; tone++) expect(alphabet.unit(former, tone, unit).length).toBeGreaterThan(0)
      }
    }
  })

  it('are encoded once', () => {
    expect(markAlphabet(name, 20)).toBe(markAlphabet(name, 20))
  })
})

it('do not exist for a codec that is sent from prepared frames', () => {
  for (const { name, coder } of names) if (!coder) expect(markAlphabet(name, 20)).toBeUndefined()
})
