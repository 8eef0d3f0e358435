import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fifo } from '../../src/base/fifo.js'

describe('first in, first out', () => {
  it('is what an array with push and shift is', () => {
    const step = fc.oneof(
      fc.record({ push: fc.integer({ min: 1, max: 3000 }) }),
      fc.record({ shift: fc.integer({ min: 1, max: 3000 }) }),
      fc.constant({ clear: true } as const),
    )
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 5 }), fc.array(step, { maxLength: 20 }), (start, steps) => {
        const fifo = new Fifo(start)
        let model = [...start]
        for (const each of steps) {
          if ('push' in each) {
            for (let n = 0; n < each.push; n++) {
              fifo.push(n)
              model.push(n)
            }
          } else if ('shift' in each) {
            const left = Array.from({ length: each.shift }, () => fifo.shift())
            expect(left).toEqual(Array.from({ length: each.shift }, (_, n) => model[n]))
            model = model.slice(each.shift)
          } else {
            fifo.clear()
            model = []
          }
          expect([fifo.length, fifo.first]).toEqual([model.length, model[0]])
        }
      }),
    )
  })
})
