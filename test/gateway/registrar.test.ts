import { afterEach, describe, expect, it } from 'vitest'
import { transportNames } from '../../src/model/address.js'
import { contactOf, Lab, RawCall, register } from './lab.js'
import { credentials, header, headers, request, uriIn } from './raw-client.js'

let lab: Lab

afterEach(async () => {
  await lab.stop()
})

describe('the registrar', () => {
  it.each(transportNames)('registers over %s with digest', async (transport) => {
    lab = await Lab.start({ algorithms: ['SHA-256', 'MD5'] })
    const client = await lab.client(transport)
    const answer = await register(client, '1001', ['Supported: path, outbound'])
    expect(answer).toMatch(/^SIP\/2\.0 200 OK\r\n/)
    expect(header(answer, 'Contact')).toBe(`${contactOf(client, '1001')};expires=60`)
    expect(lab.gateway.statistics()).toMatchObject({ bindings: 1, registrations: 1, challenges: 1 })
  })

  it('refuses a wrong password with another challenge', async () => {
    lab = await Lab.start({ algorithms: ['MD5'] })
    const client = await lab.client()
    const make = (cseq: number, extra: string[]) =>
      request(client, {
        method: 'REGISTER',
        uri: 'sip:lab.test',
        from: '<sip:u@lab.test>;tag=1',
        to: '<sip:u@lab.test>',
        callId: 'w',
        cseq,
        headers: [`Contact: ${contactOf(client, 'u')}`, ...extra],
      })
    client.send(make(1, []))
    const challenge = header(await client.next(/^SIP\/2\.0 401 /), 'WWW-Authenticate')
    client.send(make(2, [`Authorization: ${credentials(challenge, 'u', 'wrong', 'REGISTER', 'sip:lab.test')}`]))
    expect(header(await client.next(/^SIP\/2\.0 401 [\s\S]*CSeq: 2/), 'WWW-Authenticate')).not.toContain('stale')
    expect(lab.gateway.statistics().bindings).toBe(0)
  })

  it('keeps several contacts, gives them all back, and removes one or all', async () => {
    lab = await Lab.start()
    const [one, two] = [await lab.registered('u'), await lab.registered('u', 'tcp')]
    const ask = (cseq: number, more: string[]) => {
      one.send(
        request(one, {
          method: 'REGISTER',
          uri: 'sip:lab.test',
          from: '<sip:u@lab.test>;tag=1',
          to: '<sip:u@lab.test>',
          callId: 'fetch',
          cseq,
          headers: more,
        }),
      )
      return one.next(new RegExp(`CSeq: ${cseq} REGISTER`))
    }
    expect(headers(await ask(1, []), 'Contact').map(uriIn)).toEqual(
      [contactOf(one, 'u'), contactOf(two, 'u')].map(uriIn),
    )
    expect(headers(await ask(2, [`Contact: ${contactOf(one, 'u')};expires=0`]), 'Contact').map(uriIn)).toEqual([
      uriIn(contactOf(two, 'u')),
    ])
    expect(headers(await ask(3, ['Contact: *', 'Expires: 0']), 'Contact')).toEqual([])
    expect(lab.gateway.statistics().bindings).toBe(0)
  })

  it('replaces a binding of equal instance and reg-id, and gives Path and Service-Route back', async () => {
    lab = await Lab.start({ serviceRoute: true })
    const client = await lab.client('tcp')
    const make = (cseq: number, user: string) =>
      request(client, {
        method: 'REGISTER',
        uri: 'sip:lab.test',
        from: '<sip:u@lab.test>;tag=1',
        to: '<sip:u@lab.test>',
        callId: 'o',
        cseq,
        headers: [
          `Contact: ${contactOf(client, user)};reg-id=1;+sip.instance="<urn:uuid:1>"`,
          'Supported: outbound, path',
          'Path: <sip:127.0.0.1:9;lr>',
        ],
      })
    client.send(make(1, 'a'))
    await client.next(/CSeq: 1/)
    client.send(make(2, 'b'))
    const answer = await client.next(/^SIP\/2\.0 200 [\s\S]*CSeq: 2/)
    expect(headers(answer, 'Contact')).toEqual([
      `${contactOf(client, 'b')};reg-id=1;+sip.instance="<urn:uuid:1>";expires=3600`,
    ])
    expect(headers(answer, 'Path')).toEqual(['<sip:127.0.0.1:9;lr>'])
    expect(header(answer, 'Require')).toBe('outbound')
    expect(header(answer, 'Service-Route')).toMatch(/^<sip:127\.0\.0\.1:\d+;transport=tcp;lr>$/)
  })

  it('refuses what is too brief, and a CSeq that does not grow', async () => {
    lab = await Lab.start({ minExpiresSeconds: 30 })
    const client = await lab.client()
    const ask = (cseq: number, expires: number) => {
      client.send(
        request(client, {
          method: 'REGISTER',
          uri: 'sip:lab.test',
          from: '<sip:u@lab.test>;tag=1',
          to: '<sip:u@lab.test>',
          callId: 's',
          cseq,
          headers: [`Contact: ${contactOf(client, 'u')}`, `Expires: ${expires}`],
        }),
      )
      return client.next(/REGISTER\r\n/)
    }
    const brief = await ask(1, 5)
    expect([brief.slice(0, 11), header(brief, 'Min-Expires')]).toEqual(['SIP/2.0 423', '30'])
    expect(await ask(5, 60)).toMatch(/^SIP\/2\.0 200/)
    expect(await ask(5, 60)).toMatch(/^SIP\/2\.0 500/)
  })

  it('forgets what was registered over a connection that closed', async () => {
    lab = await Lab.start()
    const client = await lab.registered('u', 'ws')
    await client.close()
    const caller = await lab.client()
    await new Promise((resolve) => setTimeout(resolve, 50))
    new RawCall(caller, 'gone', 'u').start()
    await caller.next(/^SIP\/2\.0 404 /)
    expect(lab.gateway.statistics().bindings).toBe(0)
  })

  it('lets a binding expire', async () => {
    lab = await Lab.start()
    const client = await lab.client()
    client.send(
      request(client, {
        method: 'REGISTER',
        uri: 'sip:lab.test',
        from: '<sip:u@lab.test>;tag=1',
        to: '<sip:u@lab.test>',
        callId: 'e',
        cseq: 1,
        headers: [`Contact: ${contactOf(client, 'u')}`, 'Expires: 1'],
      }),
    )
    await client.next(/^SIP\/2\.0 200/)
    expect(lab.gateway.statistics().bindings).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 1050))
    expect(lab.gateway.statistics().bindings).toBe(0)
  })
})
