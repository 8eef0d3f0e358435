import { describe, expect, it } from 'vitest'
import { falsifyReports } from '../../src/gateway/false-reports.js'
import { readRtcp } from '../../src/media/rtcp/rtcp-reader.js'
import type { ReceptionInfo } from '../../src/media/rtcp/rtcp-writer.js'

const block = (ssrc: number): number[] => [0, 0, 0, ssrc, 64, 0, 1, 0, 0, 0, 16, 0, 0, 0, 0, 9, 0, 0, 0, 7, 0, 0, 0, 8]
const header = (count: number, type: number, words: number): number[] => [0x80 | count, type, 0, words]
const senderReport = [...header(1, 200, 12), 0, 0, 0, 5, ...new Array(20).fill(1), ...block(1)]
const receiverReport = [...header(2, 201, 13), 0, 0, 0, 6, ...block(2), ...block(3)]
const bye = [...header(1, 203, 1), 0, 0, 0, 5]

function blocksOf(bytes: Uint8Array): ReceptionInfo[] {
  const blocks: ReceptionInfo[] = []
  const ignore = () => {}
  const defect = readRtcp(bytes, {
    onSenderReport: ignore,
    onReportBlock: (found) => void blocks.push(found),
    onBye: ignore,
    onReferenceTime: ignore,
    onDelaySinceReference: ignore,
    onVoipMetrics: ignore,
  })
  expect(defect).toBeUndefined()
  return blocks
}

describe('falsifyReports', () => {
  it('writes loss into every block of sender and receiver reports, and leaves the rest alone', () => {
    const bytes = Uint8Array.from([...senderReport, ...receiverReport, ...bye])
    const before = blocksOf(bytes)
    falsifyReports(bytes, 0.25, 1000)
    const after = blocksOf(bytes)
    expect(after).toEqual(before.map((each) => ({ ...each, fractionLost: 64, cumulativeLost: 250 })))
    expect(after.map(({ ssrc }) => ssrc)).toEqual([1, 2, 3])
    expect([...bytes.subarray(0, 28)]).toEqual(senderReport.slice(0, 28))
    expect([...bytes.subarray(-8)]).toEqual(bye)
  })

  it('can say that nothing was lost, and that all was', () => {
    const bytes = Uint8Array.from(senderReport)
    falsifyReports(bytes, 0, 1000)
    expect(blocksOf(bytes)[0]).toMatchObject({ fractionLost: 0, cumulativeLost: 0 })
    falsifyReports(bytes, 1, 20_000_000)
    expect(blocksOf(bytes)[0]).toMatchObject({ fractionLost: 255, cumulativeLost: 0x7f_ffff })
  })

  it('does not touch what is no compound packet', () => {
    const bytes = Uint8Array.from(senderReport.slice(0, 40))
    falsifyReports(bytes, 1, 1000)
    expect([...bytes]).toEqual(senderReport.slice(0, 40))
  })
})
