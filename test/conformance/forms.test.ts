import { expect, test } from 'vitest'
import { OctetStore } from '../../src/capture/octets.js'
import { FormScanner } from '../../src/conformance/precedent/message-form.js'

const formOf = (text: string): number | undefined => {
  const bytes = Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1')
  return new FormScanner().scan(new OctetStore().keepAll(bytes))
}

const invite = (id: string, version: string) =>
  `INVITE sip:bob@example.com SIP/2.0\nCall-ID: a@b\nContent-Type: application/sdp\n\nv=0\no=- ${id} ${version} IN IP4 192.0.2.1\n`

test('descriptions have one form when their versions are as far from their ids', () => {
  const [id, next] = ['3805672929123456789', '3805672929123456790']
  expect(formOf(invite(id, id))).toBe(formOf(invite(next, next)))
  expect(formOf(invite(id, next))).not.toBe(formOf(invite(id, id)))
  expect(formOf(invite(id, next))).toBe(formOf(invite(next, '3805672929123456791')))
})

test('a message has the form that it has anywhere', () => {
  const store = new OctetStore()
  const scanner = new FormScanner()
  const texts = ['1', '22', '333', '4444'].map((id) => invite(id, id))
  const forms = texts.map((text) => {
    const bytes = Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1')
    const start = store.keep(Buffer.concat([Buffer.from('=='), bytes, Buffer.from('o=')]), 2, bytes.length + 2)
    return scanner.scan({ memory: store.memory, start, end: start + bytes.length })
  })
  expect(forms).toEqual(texts.map(formOf))
})
