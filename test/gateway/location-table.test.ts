import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/base/virtual-clock.js'
import { type Binding, LocationTable } from '../../src/gateway/location-table.js'
import type { ChannelLike } from '../../src/sip/transaction/channel.js'

const channel = (id: number): ChannelLike => ({
  id,
  transport: 'tcp',
  reliable: true,
  local: { host: '127.0.0.1', port: 5060 },
  remote: { host: '127.0.0.1', port: 40_000 + id },
  send: () => {},
})

const binding = (contact: string, more: Partial<Binding> = {}): Binding => ({
  user: 'bob',
  domain: 'a.test',
  contact,
  parameters: '',
  flow: { channel: channel(1), to: undefined },
  expiresAtMs: 1000,
  callId: 'c',
  cseq: 1,
  instance: '',
  regId: '',
  q: 1,
  media: 'rtp',
  path: [],
  ...more,
})

function tableOf(...bindings: Binding[]): { clock: VirtualClock; table: LocationTable } {
  const clock = new VirtualClock()
  const table = new LocationTable(clock)
  for (const one of bindings) table.put(one, undefined)
  return { clock, table }
}

const contacts = (bindings: readonly Binding[]): string[] => bindings.map(({ contact }) => contact)

describe('LocationTable', () => {
  it('prefers the domain that was asked for, and takes any other when there is none', () => {
    const { table } = tableOf(binding('sip:1'), binding('sip:2', { domain: 'b.test' }))
    expect(contacts(table.find('bob', 'b.test'))).toEqual(['sip:2'])
    expect(contacts(table.find('bob', '127.0.0.1'))).toEqual(['sip:1', 'sip:2'])
    expect(table.find('alice', 'a.test')).toEqual([])
  })

  it('gives the highest q first', () => {
    const { table } = tableOf(binding('sip:1', { q: 0.1 }), binding('sip:2', { q: 0.9 }), binding('sip:3', { q: 0.5 }))
    expect(contacts(table.find('bob', 'a.test'))).toEqual(['sip:2', 'sip:3', 'sip:1'])
  })

  it('forgets what has expired', () => {
    const { clock, table } = tableOf(binding('sip:1'), binding('sip:2', { expiresAtMs: 2000 }))
    clock.advance(1000)
    expect([table.size, contacts(table.find('bob', 'a.test')), table.byContact('sip:1')]).toEqual([
      1,
      ['sip:2'],
      undefined,
    ])
  })

  it('finds by contact, replaces and removes', () => {
    const first = binding('sip:1')
    const { table } = tableOf(first)
    const second = binding('sip:2')
    table.put(second, first)
    expect([table.byContact('sip:1'), table.byContact('sip:2')]).toEqual([undefined, second])
    table.remove(second)
    expect(table.size).toBe(0)
  })

  it('drops what was registered over one connection and nothing else', () => {
    const over = (id: number): Partial<Binding> => ({ flow: { channel: channel(id), to: undefined } })
    const { table } = tableOf(
      binding('sip:1', over(1)),
      binding('sip:2', over(2)),
      binding('sip:3', { ...over(1), user: 'carol' }),
    )
    table.dropChannel(1)
    expect([table.size, contacts(table.find('bob', 'a.test'))]).toEqual([1, ['sip:2']])
  })
})
