import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { CapturedMessage } from '../../src/capture/captured-message.js'
import type { Finding, RunResult } from '../../src/model/result.js'
import { type Read, readFile } from '../capture/capture-files.js'
import { readRtp } from '../capture/read-rtp.js'
import { tsharkFields } from '../peers/capture.js'
import { runProgram } from '../peers/peer.js'
import { temporaryFolder } from '../peers/temporary-folder.js'
import { expectSameStreams } from './tshark-rtp.js'

/** A capture of real traffic. */
export interface CapturedTraffic {
  readonly file: string
  readonly keyLog?: string
  /** What tshark must be told of the ports, in the words of its option -d. */
  readonly decode: readonly string[]
}

const program = new URL('../../bin/siploadgen.js', import.meta.url).pathname

const keysOf = ({ keyLog }: CapturedTraffic): { readonly keyLog?: string } => (keyLog === undefined ? {} : { keyLog })

const tsharkArguments = ({ keyLog, decode }: CapturedTraffic): string[] => [
  ...(keyLog === undefined ? [] : ['-o', `tls.keylog_file:${keyLog}`]),
  ...decode.flatMap((rule) => ['-d', rule]),
]

/** Where tshark has seen DTLS it takes all that follows between the two ports for DTLS, and counts no RTP. */
const rtpAfterDtls = ['--disable-protocol', 'dtls']

/** Frame and CSeq of every SIP message that tshark finds. */
export async function messagesOfTshark(traffic: CapturedTraffic): Promise<string[]> {
  const rows = await tsharkFields(traffic.file, 'sip', ['frame.number', 'sip.CSeq'], tsharkArguments(traffic))
  return rows.flatMap(([frame, cseqs = '']) => cseqs.split(',').map((cseq) => `${frame} ${cseq}`))
}

export const sipOf = ({ messages }: Read): CapturedMessage[] => messages.filter(({ content }) => content === 'sip')

/** Frame and CSeq of every SIP message that we find. */
export const messagesOf = (read: Read): string[] =>
  sipOf(read).map(({ bytes, frames }) => `${frames.at(-1)} ${/^CSeq: *(.*)\r$/m.exec(bytes.toString('latin1'))?.[1]}`)

/** What `siploadgen check` makes of a capture. */
export async function checkCapture(traffic: CapturedTraffic, profile = 'strict'): Promise<RunResult> {
  const folder = temporaryFolder('check')
  const keys = traffic.keyLog === undefined ? [] : ['--key-log', traffic.keyLog]
  const args = [program, 'check', traffic.file, ...keys, '--profile', profile, '--out', folder, '--quiet']
  const { code, output } = await runProgram({ command: process.execPath, args, withinMs: 60_000 })
  expect([0, 1], output).toContain(code)
  return JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as RunResult
}

/** Every SIP message, call and RTP stream that tshark finds is found by us and by `siploadgen check`, and no other. */
export async function expectReadCompletely(traffic: CapturedTraffic): Promise<RunResult> {
  const read = await readFile(traffic.file, keysOf(traffic))
  const theirs = await messagesOfTshark(traffic)
  expect(messagesOf(read)).toEqual(theirs)
  expect(read.events.filter(({ kind }) => kind === 'loss')).toEqual([])
  expect(read.summary).toMatchObject({ damage: undefined, duplicates: 0, notes: [], unread: {} })
  const { streams } = await readRtp(traffic.file, keysOf(traffic))
  await expectSameStreams(traffic.file, streams, [...tsharkArguments(traffic), ...rtpAfterDtls])
  const result = await checkCapture(traffic)
  expect(result.capture).toMatchObject({ messages: theirs.length, frames: read.summary.frames, notes: [] })
  expect(result.media.streams).toBe(streams.length)
  return result
}

/** Call-IDs of the INVITEs that tshark finds. */
export async function callsOfTshark(traffic: CapturedTraffic): Promise<Set<string>> {
  const rows = await tsharkFields(traffic.file, 'sip.Method == "INVITE"', ['sip.Call-ID'], tsharkArguments(traffic))
  return new Set(rows.flatMap(([ids = '']) => ids.split(',')))
}

export const violationsOf = ({ findings }: RunResult): readonly Finding[] =>
  findings.filter(({ verdict }) => verdict === 'violation')
