import { describe, expect, it } from 'vitest'
import { OwnAddresses } from '../../src/gateway/own-addresses.js'
import { forStrictRouter, planRoute } from '../../src/gateway/route-plan.js'
import { SipMessage } from '../../src/sip/message/sip-message.js'
import { parseUri } from '../../src/sip/message/uri.js'

const own = new OwnAddresses('127.0.0.1', 'Realm.test')
own.add('udp', { host: '127.0.0.1', port: 5060 })
own.add('ws', { host: '127.0.0.1', port: 8080 })

const messageTo = (uri: string, routes: readonly string[]): SipMessage =>
  SipMessage.parse(
    Buffer.from(`BYE ${uri} SIP/2.0\r\n${routes.map((route) => `Route: ${route}\r\n`).join('')}\r\n`, 'latin1'),
  )

describe('the route of a request', () => {
  it.each([
    ['stays without Route', 'sip:b@h', [], 'sip:b@h', [], undefined],
    ['loses our value', 'sip:b@h', ['<sip:127.0.0.1:5060;lr;u=1>'], 'sip:b@h', [], '1'],
    [
      'loses both of our values, in one line or two, and remembers the last',
      'sip:b@h',
      ['<sip:127.0.0.1:8080;transport=ws;lr;u=1>, <sip:127.0.0.1:5060;lr;u=2>'],
      'sip:b@h',
      [],
      '2',
    ],
    [
      'keeps what comes after ours',
      'sip:b@h',
      ['<sip:127.0.0.1:5060;lr;u=1>', '<sip:10.0.0.1;lr>', '<sip:127.0.0.1:5060;lr;u=2>'],
      'sip:b@h',
      ['<sip:10.0.0.1;lr>', '<sip:127.0.0.1:5060;lr;u=2>'],
      '1',
    ],
    ["keeps others' values", 'sip:b@h', ['<sip:127.0.0.1:5061;lr>'], 'sip:b@h', ['<sip:127.0.0.1:5061;lr>'], undefined],
    ['knows our names', 'sip:b@h', ['<sip:realm.TEST;lr;u=3>', '<sip:localhost;lr;u=4>'], 'sip:b@h', [], '4'],
    [
      'is repaired after a strict router',
      'sip:127.0.0.1:5060;lr;u=5',
      ['<sip:10.0.0.1;lr>', '<sip:b@h;x=y>'],
      'sip:b@h;x=y',
      ['<sip:10.0.0.1;lr>'],
      '5',
    ],
  ] as const)('%s', (_, uri, routes, wantedUri, wantedRoutes, u) => {
    const plan = planRoute(messageTo(uri, routes), own)
    expect([plan.uri, plan.routes, plan.record?.get('u')]).toEqual([wantedUri, wantedRoutes, u])
  })

  it.each([
    ['a loose router', ['<sip:10.0.0.1;lr>', '<sip:c@i>'], 'sip:b@h', ['<sip:10.0.0.1;lr>', '<sip:c@i>']],
    ['a strict router', ['<sip:10.0.0.1>', '<sip:c@i;lr>'], 'sip:10.0.0.1', ['<sip:c@i;lr>', '<sip:b@h>']],
    ['nobody', [], 'sip:b@h', []],
  ] as const)('is written for %s', (_, routes, uri, wanted) => {
    expect(forStrictRouter('sip:b@h', routes)).toEqual({ uri, routes: wanted })
  })
})

describe('own addresses', () => {
  it.each([
    ['sip:127.0.0.1:5060', true, true],
    ['sip:127.0.0.1:9', false, false],
    ['sip:127.0.0.1', true, true],
    ['sip:127.0.0.2', false, false],
    ['sip:u@LOCALHOST:1', true, true],
    ['sip:u@example.com', false, true],
    ['sip:[::1]:5060', false, false],
  ])('%s is own: %s, served: %s', (text, isOwn, isServed) => {
    const uri = parseUri(text)
    if (!uri) throw new Error(`${text} is no URI`)
    expect([own.isOwn(uri), own.isServed(uri)]).toEqual([isOwn, isServed])
  })

  it('write themselves with a transport when it is not UDP', () => {
    expect([own.uriOf('udp'), own.uriOf('ws')]).toEqual(['sip:127.0.0.1:5060', 'sip:127.0.0.1:8080;transport=ws'])
  })
})
