import { describe, expect, test } from 'vitest'
import { CheckWriter } from '../../../../src/media/webrtc/ice/check-message.js'
import { Consent } from '../../../../src/media/webrtc/ice/consent.js'
import { newCredentials } from '../../../../src/media/webrtc/ice/ice-credentials.js'
import type { IceCandidate } from '../../../../src/model/webrtc.js'
import { attributeTypes, readErrorCode } from '../../../../src/stun/stun-attribute.js'
import { IceNetwork, latencyMs, TestAgent } from './ice-network.js'

const left = { host: '10.0.0.1', port: 1000 }
const right = { host: '10.0.0.2', port: 2000 }

function pairOf(network = new IceNetwork(), leftAddresses = [left], rightAddresses = [right]) {
  return { network, a: new TestAgent(network, 1, leftAddresses), b: new TestAgent(network, 2, rightAddresses) }
}

const candidate = (over: Partial<IceCandidate>): IceCandidate => ({
  foundation: '1',
  component: 1,
  transport: 'udp',
  priority: 2_130_706_431,
  address: '10.0.0.2',
  port: 2000,
  type: 'host',
  ...over,
})

describe('two agents (RFC 8445)', () => {
  test('connect within two round trips when both know each other', () => {
    const { network, a, b } = pairOf()
    a.agent.start(b.description, true)
    b.agent.start(a.description, false)
    network.clock.advance(4 * latencyMs + 1)
    expect(a.nominatedTo).toEqual(right)
    expect(b.nominatedTo).toEqual(left)
    expect(a.told.routes.map(({ nominated }) => nominated)).toEqual([false, true])
  })

  test('connect when the checks of one side come before the other side knows of them (7.3)', () => {
    const { network, a, b } = pairOf()
    b.agent.start(a.description, false)
    network.clock.advance(300)
    a.agent.start(b.description, true)
    network.clock.advance(4 * latencyMs + 1)
    expect(a.nominatedTo).toEqual(right)
    expect(b.nominatedTo).toEqual(left)
  })

  test.each([0.2, 0.5])('connect although %d of the packets are lost', (share) => {
    const { network, a, b } = pairOf()
    network.drop = () => a.rng.next() < share
    a.agent.start(b.description, true)
    b.agent.start(a.description, false)
    network.clock.advance(10_000)
    expect([a.nominatedTo, b.nominatedTo]).toEqual([right, left])
  })

  test.each([
    [true, true],
    [false, false],
  ])('settle who controls when both claim %s (7.3.1.1)', (claimA, claimB) => {
    const { network, a, b } = pairOf()
    a.agent.start(b.description, claimA)
    b.agent.start(a.description, claimB)
    network.clock.advance(2000)
    expect(a.agent.controlling).not.toBe(b.agent.controlling)
    expect([a.nominatedTo, b.nominatedTo]).toEqual([right, left])
  })

  test('nominate the pair of the highest priority although a lower one answers first (8.1.1)', () => {
    const slow = { host: '10.0.0.2', port: 2001 }
    const { network, a, b } = pairOf(undefined, [left], [right, slow])
    const { candidates, ...rest } = b.description
    const ranked = candidates.map((one, index) => ({ ...one, priority: index === 0 ? 1000 : 2000 }))
    a.agent.start({ ...rest, candidates: ranked }, true)
    b.agent.start(a.description, false)
    network.clock.advance(1000)
    expect(a.nominatedTo).toEqual(slow)
  })

  test('follow the controlling side when it nominates another pair in mid-call', () => {
    const other = { host: '10.0.0.1', port: 1001 }
    const { network, a, b } = pairOf(undefined, [left, other], [right])
    a.agent.start(b.description, true)
    b.agent.start(a.description, false)
    network.clock.advance(1000)
    const before = b.nominatedTo
    const next = before?.port === left.port ? other : left
    const writer = new CheckWriter({
      username: `${b.agent.credentials.ufrag}:${a.agent.credentials.ufrag}`,
      remotePassword: b.agent.credentials.password,
      tieBreaker: 2n ** 63n,
    })
    const bytes = writer.write('0102030405060708090a0b0c', true, true)
    network.send(next, right, bytes)
    network.clock.advance(100)
    expect(b.nominatedTo).toEqual(next)
    expect(b.told.routes.at(-1)).toMatchObject({ to: next, nominated: true })
  })

  test('connect to a far side behind an address that it does not know of (7.3.1.3)', () => {
    const { network, a, b } = pairOf()
    const hidden = candidate({ address: '4f1c2b7a.local', port: 5 })
    b.agent.start(a.description, false)
    a.agent.start({ ...b.description, candidates: [hidden] }, true)
    network.clock.advance(1000)
    expect(a.nominatedTo).toEqual(right)
  })

  test.each([
    ['the RTCP component', { component: 2 }],
    ['TCP', { transport: 'tcp' }],
    ['a name of mDNS', { address: '0b5c.local' }],
    ['another address family', { address: '2001:db8::2' }],
    ['port 0', { port: 0 }],
  ])('send nothing to a candidate of %s', (_what, over) => {
    const { network, a, b } = pairOf()
    a.agent.start({ ...b.description, candidates: [candidate(over)] }, true)
    network.clock.advance(5000)
    expect(network.packets).toEqual([])
  })

  test('give up when nothing answers, at the time they were given', () => {
    const { network, a, b } = pairOf()
    network.drop = () => true
    a.agent.start(b.description, true)
    network.clock.advance(9_999)
    expect(a.told.failure).toBeUndefined()
    network.clock.advance(2)
    expect(a.told).toMatchObject({ failure: 'ice-timeout' })
    expect(network.clock.armedCount).toBe(0)
  })

  test('repeat a check after 500, 1500 and 3500 ms (RFC 8489 6.2.1)', () => {
    const { network, a, b } = pairOf()
    network.drop = () => true
    a.agent.start(b.description, true)
    network.clock.advance(4000)
    expect(network.packets.map(({ atMs }) => atMs)).toEqual([0, 500, 1500, 3500])
    expect(new Set(network.packets.map(({ message }) => message.transactionId)).size).toBe(1)
  })

  test('pace the first checks of several pairs (14.2)', () => {
    const ports = [2000, 2001, 2002]
    const { network, a, b } = pairOf()
    network.drop = () => true
    a.agent.start({ ...b.description, candidates: ports.map((port) => candidate({ port })) }, true)
    network.clock.advance(150)
    expect(network.packets.map(({ atMs }) => atMs)).toEqual([0, 50, 100])
  })

  test('make at most 100 pairs of a description without end (6.1.2.5)', () => {
    const { network, a, b } = pairOf()
    network.drop = () => true
    const many = Array.from({ length: 500 }, (_, index) => candidate({ port: 3000 + index }))
    a.agent.start({ ...b.description, candidates: many }, true)
    network.clock.advance(9000)
    expect(new Set(network.packets.map(({ to }) => to.port)).size).toBe(100)
  })
})

describe('a far side that is lite (2.5)', () => {
  test('is controlled by this side whatever was signalled', () => {
    const { a, b } = pairOf()
    a.agent.start({ ...b.description, lite: true }, false)
    expect(a.agent.controlling).toBe(true)
  })
})

describe('a request (RFC 8489 9.1.3)', () => {
  const { network, a } = pairOf()
  const answerTo = (username: string, password: string): number => {
    const writer = new CheckWriter({ username, remotePassword: password, tieBreaker: 1n })
    const bytes = writer.write('0102030405060708090a0b0c', true, true)
    const before = network.packets.length
    network.send(right, left, bytes)
    network.clock.advance(2 * latencyMs)
    const answer = network.packets.slice(before).find(({ from }) => from.port === left.port)?.message
    if (answer?.messageClass === 'success') return 200
    return readErrorCode(answer?.attributes.get(attributeTypes.errorCode))
  }
  const { ufrag, password } = a.agent.credentials

  test.each([
    ['our name and password', `${ufrag}:x`, password, 200],
    ['another name', `other:x`, password, 401],
    ['another password', `${ufrag}:x`, 'another', 401],
  ])('with %s is answered rightly', (_what, username, word, status) => {
    expect(answerTo(username, word)).toBe(status)
  })
})

describe('consent (RFC 7675)', () => {
  function connected() {
    const parts = pairOf()
    parts.a.agent.start(parts.b.description, true)
    parts.b.agent.start(parts.a.description, false)
    parts.network.clock.advance(1000)
    return parts
  }

  test('is asked for every 4 to 6 s and kept while it is given', () => {
    const { network, a } = connected()
    const before = network.packets.length
    network.clock.advance(60_000)
    const own = network.packets
      .slice(before)
      .filter(({ from, message }) => from === left && message.messageClass === 'request')
    expect(own.length).toBeGreaterThanOrEqual(10)
    expect(own.length).toBeLessThanOrEqual(15)
    const steps = own.slice(1).map(({ atMs }, index) => atMs - (own[index]?.atMs ?? 0))
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(4000)
    expect(Math.max(...steps)).toBeLessThanOrEqual(6000)
    expect(a.told.failure).toBeUndefined()
  })

  test('is lost 30 s after the last answer', () => {
    const { network, a } = connected()
    network.drop = () => true
    network.clock.advance(24_000)
    expect(a.told.failure).toBeUndefined()
    network.clock.advance(6_001)
    expect(a.told.failure).toBe('consent-lost')
  })
})

test('consent with a shorter patience is asked for more often, and lost sooner', () => {
  const consent = new Consent(0, 0.5, 3000)
  expect([consent.dueMs, consent.expired(2999), consent.expired(3000)]).toEqual([500, false, true])
  consent.sent('id', 500, 0.5)
  expect([consent.dueMs, consent.answered('id', 600)]).toEqual([1000, true])
  expect([consent.expired(3599), consent.expired(3600)]).toEqual([false, true])
})

describe('a restart (RFC 8445 9)', () => {
  test('keeps media where it is until a pair is nominated under the new credentials', () => {
    const { network, a, b } = pairOf()
    a.agent.start(b.description, true)
    b.agent.start(a.description, false)
    network.clock.advance(1000)
    const routes = a.told.routes.length
    a.agent.restart(newCredentials(a.rng))
    network.clock.advance(500)
    expect(a.nominatedTo).toEqual(right)
    b.agent.restart(newCredentials(b.rng))
    b.agent.start(a.description, false)
    network.clock.advance(20)
    a.agent.start(b.description, true)
    network.clock.advance(1000)
    expect([a.nominatedTo, b.nominatedTo]).toEqual([right, left])
    expect(a.told.failure).toBeUndefined()
    expect(a.told.routes.slice(routes).every(({ nominated }) => nominated)).toBe(true)
    network.clock.advance(60_000)
    expect(a.told.failure).toBeUndefined()
  })

  test('answers requests under the former credentials meanwhile', () => {
    const { network, a, b } = pairOf()
    a.agent.start(b.description, true)
    b.agent.start(a.description, false)
    network.clock.advance(1000)
    a.agent.restart(newCredentials(a.rng))
    network.clock.advance(40_000)
    expect(b.told.failure).toBeUndefined()
  })
})
