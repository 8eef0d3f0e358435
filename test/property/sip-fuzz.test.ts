import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { parseChallenge } from '../../src/sip/message/auth-params.js'
import { splitList } from '../../src/sip/message/list.js'
import { parseNameAddr } from '../../src/sip/message/name-addr.js'
import { writeResponse } from '../../src/sip/message/response.js'
import { SipMessage } from '../../src/sip/message/sip-message.js'
import { StreamFramer } from '../../src/sip/message/stream-framer.js'
import { parseUri, uriParam, writeUri } from '../../src/sip/message/uri.js'
import { sameUri } from '../../src/sip/message/uri-comparison.js'
import { parseVia, stampVia } from '../../src/sip/message/via.js'
import { allMessages } from '../sip/message/corpus.js'
import { hugeMutation, mutate } from './sip-mutator.js'

const count = Number(process.env.SIPLOADGEN_FUZZ_MESSAGES ?? 100_000)
const seed = Number(process.env.SIPLOADGEN_FUZZ_SEED ?? 1)
const limitMs = 50
const source = { host: '127.0.0.1', port: 5060 }
const corpus = allMessages()

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Reads everything that can be read and returns a number that depends on it. */
function readAll(bytes: Buffer): number {
  const message = SipMessage.parse(bytes)
  let sum = message.defects.length + message.body.length + message.bodyText.length + message.cseq
  sum += message.fromTag.length + message.toTag.length + message.callId.length + message.cseqMethod.length
  sum += message.topVia.params.size + message.startLine.length + (message.contentLength ?? 0)
  for (const field of message.fields()) {
    sum += field.name.length + (message.get(field.name)?.length ?? 0)
    const { value } = field
    sum += parseNameAddr(value).params.size + parseVia(value).host.length + (parseChallenge(value)?.params.size ?? 0)
    sum += stampVia(value, source).length + splitList(value).length + (uriParam(value, 'lr')?.length ?? 0)
  }
  sum += message.list('Via').length + message.list('Contact').length + message.getAll('X-Other').length
  const uri = parseUri(message.requestUri)
  if (uri !== undefined) sum += writeUri(uri).length
  if (sameUri(message.from.uri, message.to.uri)) sum++
  message.source = source
  return sum + writeResponse(message, 486, '', { toTag: 'x' }).length
}

const events = { onMessage() {}, onPing() {}, onPong() {}, onMalformed() {} }

/** CPU time of the shortest of three runs: neither a pause of the machine nor its other work is blamed on the message. */
function slowestOf(bytes: Buffer): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 3 && best > limitMs; i++) {
    const start = process.cpuUsage()
    readAll(bytes)
    const { user, system } = process.cpuUsage(start)
    best = Math.min(best, (user + system) / 1000)
  }
  return best
}

function timed(bytes: Buffer): number {
  const start = performance.now()
  readAll(bytes)
  const firstMs = performance.now() - start
  return firstMs > limitMs ? slowestOf(bytes) : firstMs
}

describe('damaged messages', () => {
  it(`${count} of them are read without throw, each within ${limitMs} ms, and memory does not grow`, () => {
    const rng = new Rng(seed, 'fuzz')
    let heapAtStart = 0
    let slowest = { ms: 0, text: '' }
    for (let i = 0; i < count; i++) {
      if (i === Math.floor(count / 10)) {
        collectGarbage()
        heapAtStart = process.memoryUsage().heapUsed
      }
      const bytes = mutate(corpus, rng)
      const ms = timed(bytes)
      if (ms > slowest.ms) slowest = { ms, text: bytes.toString('latin1', 0, 2000) }
      new StreamFramer().push(bytes, events)
    }
    expect(slowest.ms, slowest.text).toBeLessThan(limitMs)
    slowest = { ms: 0, text: '' }
    collectGarbage()
    expect(process.memoryUsage().heapUsed - heapAtStart).toBeLessThan(4_000_000)
  }, 600_000)

  it('huge ones are read in time that grows with their length', () => {
    const rng = new Rng(seed, 'huge')
    for (let i = 0; i < 2000; i++) {
      const bytes = hugeMutation(corpus[rng.integer(0, corpus.length - 1)] ?? Buffer.alloc(0), rng)
      expect(timed(bytes), bytes.toString('latin1', 0, 2000)).toBeLessThan(limitMs)
    }
  }, 120_000)
})
