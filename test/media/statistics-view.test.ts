import { expect, it } from 'vitest'
import { StatisticsTable } from '../../src/media/statistics-view.js'

it('keeps its rows when it grows', () => {
  const table = new StatisticsTable(2)
  table.packetsSent[1] = 77
  table.jitterMs[1] = 1.5
  table.grow(8)
  expect([table.capacity, table.packetsSent.length, table.packetsSent[1], table.jitterMs[1]]).toEqual([8, 8, 77, 1.5])
})

it('clears a row: counts to zero, values to unknown, and no other row', () => {
  const table = new StatisticsTable(3)
  for (const row of [0, 1, 2]) {
    table.packetsLost[row] = 5
    table.jitterMs[row] = 5
    table.packetsReceived[row] = 5
  }
  table.clearRow(1)
  expect([...table.packetsLost, ...table.jitterMs, ...table.packetsReceived]).toEqual([5, 0, 5, 5, NaN, 5, 5, 0, 5])
})
