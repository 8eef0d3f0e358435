import { expect, test } from 'vitest'
import { type ContactReader, writeContact } from '../../src/agent/contact.js'
import type { TransportName } from '../../src/model/address.js'

const peer = (uri: string): ContactReader => ({ kind: 'peer', uri })
const registrar: ContactReader = { kind: 'registrar', instance: '00000000-0000-4000-8000-000000000001' }
const flow = { sentBy: '10.0.0.1:5061', number: 2 }

test.each<[string, TransportName, string, ContactReader, string]>([
  ['udp', 'udp', 'sip:a@x.test', peer('sip:b@x.test'), '<sip:a@10.0.0.1:5061>'],
  ['wss', 'wss', 'sip:a@x.test', peer('sip:b@x.test'), '<sip:a@10.0.0.1:5061;transport=ws>'],
  ['tls, called by SIP', 'tls', 'sip:a@x.test', peer('sip:b@x.test'), '<sip:a@10.0.0.1:5061;transport=tls>'],
  ['tls, called by SIPS', 'tls', 'sip:a@x.test', peer('SIPS:b@x.test'), '<sips:a@10.0.0.1:5061>'],
  ['tls, an identity of SIPS', 'tls', 'sips:a@x.test', peer('sip:b@x.test'), '<sips:a@10.0.0.1:5061>'],
  ['wss, called by SIPS', 'wss', 'sip:a@x.test', peer('sips:b@x.test'), '<sips:a@10.0.0.1:5061;transport=ws>'],
  ['tls, registered', 'tls', 'sip:a@x.test', registrar, '<sip:a@10.0.0.1:5061;transport=tls>'],
])('the Contact of a phone over %s', (_name, transport, aor, reader, wanted) => {
  expect(writeContact({ transport, outboundFlows: 0, media: 'rtp' }, { aor, user: 'a' }, flow, reader)).toBe(wanted)
})

test('outbound flows show in a dialog as ob, and at the registrar as instance and number', () => {
  const profile = { transport: 'tcp', outboundFlows: 2, media: 'rtp' } as const
  const identity = { aor: 'sip:a@x.test', user: 'a' }
  expect(writeContact(profile, identity, flow, peer('sip:b@x.test'))).toBe('<sip:a@10.0.0.1:5061;transport=tcp;ob>')
  expect(writeContact(profile, identity, flow, registrar)).toBe(
    '<sip:a@10.0.0.1:5061;transport=tcp>;+sip.instance="<urn:uuid:00000000-0000-4000-8000-000000000001>";reg-id=2',
  )
})
