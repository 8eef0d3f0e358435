import { describe, expect, test } from 'vitest'
import { parseRecord, Zone, type ZoneRecord } from '../../src/drill/dns/zone.js'

const record = (line: string): ZoneRecord => {
  const read = parseRecord(line)
  if (typeof read === 'string') throw new Error(read)
  return read
}

describe('a record', () => {
  test.each([
    ['GW.test. A 10.0.0.5', { type: 'A', name: 'gw.test', data: '10.0.0.5' }],
    ['gw.test AAAA fd00::5', { type: 'AAAA', name: 'gw.test', data: 'fd00::5' }],
    ['sip.test CNAME gw.test.', { type: 'CNAME', name: 'sip.test', data: 'gw.test' }],
    [
      '_sip._udp.gw.test SRV 0 10 5060 a.gw.test',
      { type: 'SRV', name: '_sip._udp.gw.test', data: { priority: 0, weight: 10, port: 5060, target: 'a.gw.test' } },
    ],
    [
      'gw.test NAPTR 10 20 s SIP+D2U _sip._udp.gw.test',
      {
        type: 'NAPTR',
        name: 'gw.test',
        data: {
          order: 10,
          preference: 20,
          flags: 's',
          services: 'SIP+D2U',
          regexp: '',
          replacement: '_sip._udp.gw.test',
        },
      },
    ],
  ])('%s', (line, wanted) => {
    expect(parseRecord(line)).toEqual(wanted)
  })

  test.each([
    ['gw.test A fd00::5', 'is no address for A'],
    ['gw.test A', 'is not a record'],
    ['gw.test TXT hello', 'is not a record'],
    ['_sip._udp.gw.test SRV 0 x 5060 a', 'has a wrong number'],
    ['_sip._udp.gw.test SRV 0 1 70000 a', 'has a wrong number'],
    ['', 'is not a record'],
  ])('%s is refused', (line, wanted) => {
    expect(parseRecord(line)).toContain(wanted)
  })
})

describe('a zone', () => {
  const zone = new Zone([
    record('a.gw.test A 10.0.0.5'),
    record('a.gw.test A 10.0.0.6'),
    record('x.test CNAME a.gw.test'),
  ])

  test('answers by name and type, aliases too', () => {
    expect(zone.answer('A.GW.test', 'A')).toHaveLength(2)
    expect(zone.answer('a.gw.test', 'AAAA')).toEqual([])
    expect(zone.answer('x.test', 'A')).toEqual([record('x.test CNAME a.gw.test')])
  })

  test('knows a name that stands above others, and no others', () => {
    expect(zone.answer('gw.test', 'NAPTR')).toEqual([])
    expect(zone.answer('b.test', 'A')).toBe('no such name')
  })

  test('changes what it says, and says again what was written', () => {
    zone.change('failure')
    expect(zone.answer('a.gw.test', 'A')).toBe('failure')
    zone.change('as written', [record('a.gw.test A 10.0.0.9')])
    expect(zone.answer('a.gw.test', 'A')).toEqual([record('a.gw.test A 10.0.0.9')])
    expect(zone.answer('x.test', 'A')).toBe('no such name')
    zone.change('as written')
    expect(zone.answer('a.gw.test', 'A')).toHaveLength(2)
  })
})
