// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the language under test
import { describe, expect, test } from 'vitest'
import { faults } from '../../src/drill/faults/registry.js'
import { formatProblem } from '../../src/scenario/problem.js'
import { readScenario } from '../../src/scenario/read-scenario.js'

const head = `version: 1
gateway: { embedded: { instances: 2 } }
agents:
  a: { count: 1, identity: "sip:1\${n}@lab.test", media: none }
load: { for: 1m }
`
const zone = 'dns: { serve: [gw.test A 10.0.0.5] }\n'

/** The problems of these entries of `faults:`, which begin in line 7. */
function problems(entries: string, before = head): string[] {
  const lines = entries.split('\n').map((line) => `  ${line}`)
  const result = readScenario(`${before}faults:\n${lines.join('\n')}\n`, 'f.yaml', { set: {}, seed: 1 })
  return 'problems' in result ? result.problems.map(formatProblem) : []
}

describe('every fault', () => {
  test.each(faults)('$word has an example that is a valid scenario', ({ example, word }) => {
    expect(problems(example, word === 'dns' ? head + zone : head)).toEqual([])
  })

  test.each(faults)('$word names what it hits', ({ example, word }) => {
    const text = `${head}${word === 'dns' ? zone : ''}faults:\n${example.replaceAll(/^/gm, '  ')}\n`
    const result = readScenario(text, 'f.yaml', { set: {}, seed: 1 })
    if ('problems' in result) throw new Error('the example is not valid')
    const [planned] = result.scenario.faults
    expect(planned?.kind).toBe(word)
    const subjects = faults.find((fault) => fault.word === word)?.subjects(planned?.settings) ?? []
    expect(subjects.length).toBeGreaterThan(0)
    expect(subjects.every((subject) => !subject.includes('undefined'))).toBe(true)
  })

  test.each(faults)('$word twice on one thing at one time collides with itself', ({ example, word }) => {
    const twice = `${example}\n${example}`
    const found = problems(twice, word === 'dns' ? head + zone : head)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(/^f\.yaml:\d+:\d+: this collides with the fault .* of line \d+/)
  })
})

describe('faults that cannot be meant', () => {
  test.each([
    ['a bad duration', '- { at: 5s, for: 3, kill: gateway-1 }', '7:20: 3 has no unit'],
    ['no duration but a word', '- { at: 5s, for: long, kill: gateway-1 }', '7:20: "long" is not a time'],
    ['no length', '- { at: 5s, for: 0s, kill: gateway-1 }', '7:20: the time must be longer than 0'],
    ['no beginning', '- { for: 3s, kill: gateway-1 }', '"at" is missing'],
    ['nothing that breaks', '- { at: 5s, for: 3s }', '7:5: nothing says what breaks'],
    ['two things', '- { at: 5s, kill: gateway-1, kill relay: gateway-2 }', '7:32: one fault is one thing: "kill"'],
    ['a fault that nobody knows', '- { at: 5s, kil: gateway-1 }', '7:15: unknown key "kil", did you mean "kill"?'],
    [
      'an instance that is not there',
      '- { at: 5s, kill: gateway-3 }',
      '7:21: there is no "gateway-3"; the embedded gateway has gateway-1, gateway-2',
    ],
    ['a fault after the load', '- { at: 60s, kill: gateway-1 }', '7:11: load is over by then: it lasts 60s'],
    ['flapping without an end', '- { at: 5s, every: 3s, kill: gateway-1 }', '7:15: what is made again must end first'],
    [
      'flapping too fast',
      '- { at: 5s, for: 3s, every: 3s, kill: gateway-1 }',
      '7:31: it lasts 3s, so it cannot be made again every 3s',
    ],
    ['times without every', '- { at: 5s, times: 3, kill: gateway-1 }', '7:15: "times" needs "every"'],
    ['a signal to nobody', '- { at: 5s, signal: { send: STOP } }', '7:23: name either a gateway or a pid file'],
    ['a signal without undo', '- { at: 5s, signal: { send: TERM, pid file: /run/x.pid } }', 'nothing undoes TERM'],
    [
      'a killing signal to a gateway of ours',
      '- { at: 5s, signal: { send: KILL, gateway: gateway-1, undo: none } }',
      '7:31: an embedded gateway can be stopped by STOP',
    ],
    ['a signal that is none', '- { at: 5s, signal: { send: STOB, gateway: gateway-1 } }', '7:31: "STOB" is not one of'],
    ['a command without undo', '- { at: 5s, command: { run: "true" } }', '"undo" is missing'],
    ['an empty command', '- { at: 5s, command: { run: "", undo: none } }', '7:31: the command is empty'],
    [
      'a URL that is none',
      '- { at: 5s, http: { url: "ftp://x", undo: none } }',
      '7:28: "ftp://x" is not an http:// or https:// URL',
    ],
    [
      'a partition of everything',
      '- { at: 5s, partition: { protocol: udp } }',
      '7:26: name an interface, an address or a port',
    ],
    [
      'an address that is none',
      '- { at: 5s, partition: { address: gw.test } }',
      '7:37: "gw.test" is not an IP address',
    ],
    [
      'an interface that cannot be',
      '- { at: 5s, partition: { interface: "a b" } }',
      '7:39: "a b" cannot be the name of an interface',
    ],
    [
      'packets without number',
      '- { at: 5s, drop packets: { port: 5060 } }',
      '7:29: say how many: either share: 5%, or every: 20',
    ],
    [
      'netem that does nothing',
      '- { at: 5s, netem: { interface: eth0 } }',
      '7:22: nothing says what becomes of the packets',
    ],
    [
      'jitter without delay',
      '- { at: 5s, netem: { interface: eth0, loss: 1%, jitter: 5ms } }',
      '7:59: jitter needs a delay',
    ],
    [
      'a target without address',
      '- { at: 5s, impair: { target: gw, silence: true } }',
      '7:33: there is no target "gw" with an address; known are gateway-1, gateway-2',
    ],
    [
      'an impairment of nothing',
      '- { at: 5s, impair: { target: gateway-1 } }',
      '7:23: nothing says what becomes of the messages',
    ],
    ['answers nobody asks for', '- { at: 5s, dns: { answers: failure } }', 'agents do not ask our DNS server'],
    ['a degradation of nothing', '- { at: 5s, degrade: { gateway: gateway-1 } }', '7:24: nothing says what gets worse'],
  ])('%s', (_, entry, wanted) => {
    const found = problems(entry)
    expect(found.length).toBeGreaterThan(0)
    expect(found[0]).toContain(wanted)
    expect(found.every((problem) => /^f\.yaml:\d+:\d+: .* \[scenario\//.test(problem))).toBe(true)
  })

  test('a gateway of others cannot be killed by name', () => {
    const external = head.replace('{ embedded: { instances: 2 } }', 'udp://10.0.0.1:5060')
    expect(problems('- { at: 5s, kill: gateway-1 }', external)[0]).toContain('only the embedded gateway can be broken')
    expect(problems('- { at: 5s, impair: { target: "udp://10.0.0.1:5060", delay: 1s } }', external)).toEqual([])
  })
})

describe('faults that collide', () => {
  test.each([
    [
      'a part while the whole is dead',
      '- { at: 5s, for: 10s, kill: gateway-1 }\n- { at: 8s, for: 1s, kill relay: gateway-1 }',
    ],
    [
      'the whole while a part is dead',
      '- { at: 5s, for: 10s, kill relay: gateway-1 }\n- { at: 8s, for: 1s, kill: gateway-1 }',
    ],
    ['one without end', '- { at: 5s, kill: gateway-1 }\n- { at: 50s, for: 1s, kill: gateway-1 }'],
    [
      'one that flaps',
      '- { at: 5s, for: 1s, every: 2s, times: 5, kill: gateway-1 }\n- { at: 10s, for: 1s, kill: gateway-1 }',
    ],
    [
      'an interface and an address on it',
      '- { at: 5s, for: 9s, partition: { interface: eth0 } }\n- { at: 6s, reject packets: { interface: eth0, address: 10.0.0.1 } }',
    ],
    [
      'an interface and an address that may be behind it',
      '- { at: 5s, for: 9s, partition: { interface: eth0 } }\n- { at: 6s, drop packets: { address: 10.0.0.1, share: 5% } }',
    ],
    [
      'an address and a port of any address',
      '- { at: 5s, for: 9s, partition: { address: 10.0.0.1 } }\n- { at: 6s, reject packets: { port: 5060 } }',
    ],
    [
      'a queueing discipline and an address behind its interface',
      '- { at: 5s, for: 9s, netem: { interface: eth0, loss: 1% } }\n- { at: 6s, partition: { address: 10.0.0.1 } }',
    ],
  ])('%s', (_, entries) => {
    expect(problems(entries)).toEqual([
      expect.stringMatching(/^f\.yaml:8:11: this collides with the fault ".*" of line 7/),
    ])
  })

  test.each([
    ['one after the other', '- { at: 5s, for: 3s, kill: gateway-1 }\n- { at: 8s, for: 3s, kill: gateway-1 }'],
    ['two gateways at once', '- { at: 5s, for: 3s, kill: gateway-1 }\n- { at: 5s, for: 3s, kill: gateway-2 }'],
    [
      'two parts of one gateway',
      '- { at: 5s, for: 3s, kill relay: gateway-1 }\n- { at: 5s, for: 3s, kill signalling: gateway-1 }',
    ],
    ['two addresses', '- { at: 5s, partition: { address: 10.0.0.1 } }\n- { at: 6s, partition: { address: 10.0.0.2 } }'],
    [
      'two namespaces',
      '- { at: 5s, partition: { namespace: a, interface: eth0 } }\n- { at: 6s, partition: { namespace: b, interface: eth0 } }',
    ],
    [
      'an interface of one namespace and an address in another',
      '- { at: 5s, partition: { interface: eth0 } }\n- { at: 6s, partition: { namespace: b, address: 10.0.0.1 } }',
    ],
  ])('not %s', (_, entries) => {
    expect(problems(entries)).toEqual([])
  })
})
