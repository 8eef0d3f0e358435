import { describe, expect, it } from 'vitest'
import { chooseShards } from '../../src/load/shard-choice.js'
import { scenarioOf } from '../scenario/reading-aid.js'

const scenario = (group: string, more = '') =>
  scenarioOf(`version: 1
gateway: [udp://127.0.0.9:5060, tcp://127.0.0.9:5060]
agents: { phone: { identity: "sip:\${n}@lab.test", media: none, ${group} } }
flows: { only: [{ call: { from: phone, to: "sip:1@lab.test" } }, hang up] }
load: { rate: 1/s, calls: 1 }
${more}
expect: [session.ser == 100%]
`)

const few = scenario('count: 12, register: false')

describe('how many processes make the load', () => {
  it.each([
    ['one, when nobody asks', few, undefined, undefined, undefined],
    ['what is asked for', few, 3, 3, undefined],
    [
      'one, whatever is asked, where a run cannot be split',
      scenario('count: 3, register: true'),
      2,
      undefined,
      'agents',
    ],
    ['one a core', few, 'auto', 4, 'made by 4 processes'],
    ['as many as the agents can be divided by', scenario('count: 9, register: true'), 'auto', 3, 'made by 3 processes'],
    [
      'one where nothing divides them',
      scenario('count: 7, register: true'),
      'auto',
      undefined,
      '7 agents that register',
    ],
    ['one for agents that share a socket', scenario('count: 30000, register: false'), undefined, undefined, undefined],
    [
      'one for as many sockets as one can hold',
      scenario('count: 20000, register: false, socket: phone'),
      undefined,
      undefined,
      undefined,
    ],
    [
      'two for more',
      scenario('count: 20002, register: true, transport: tcp'),
      undefined,
      2,
      'agents have 20002 sockets (--shards 1: by one)',
    ],
    [
      'three where two do not divide them',
      scenario('count: 20001, register: true, transport: tcp'),
      undefined,
      3,
      'made by 3 processes',
    ],
    [
      'one for more that cannot be split',
      scenario('count: 20002, register: true, transport: tcp', 'capture: { keep: everything }'),
      undefined,
      undefined,
      'agents have 20002 sockets, but a process captures',
    ],
  ] as const)('%s', (_, of, asked, shards, note) => {
    const choice = chooseShards(of, asked, 4)
    expect(choice.shards).toBe(shards)
    if (note === undefined) expect(choice.note).toBeUndefined()
    else expect(choice.note).toContain(note)
  })

  it('one on a machine of one core', () => {
    expect(chooseShards(few, 'auto', 1)).toEqual({
      shards: undefined,
      note: 'the run is not split into shards: this machine has one core',
    })
  })
})
