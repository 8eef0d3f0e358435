// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the language under test
import { expect, test } from 'vitest'
import { testBadCases } from './bad-cases.js'
import { problemsOf, withFlow, withGroup, withLoad } from './reading-aid.js'

testBadCases({
  'the file itself': [
    ['empty', '«', 'the file is empty'],
    ['only a comment', '«# nothing', 'the file is empty'],
    ['a list', '«- version: 1', 'a scenario is a mapping that begins with version: 1'],
    ['a text', '«hello', 'a scenario is a mapping that begins with version: 1'],
    ['a tab', 'version: 1\nagents:\n«\ta: 1', 'a tab cannot indent YAML; use spaces'],
    ['two documents', 'version: 1\n«---\nversion: 1', 'a scenario file holds one document; remove the ---'],
    [
      'an open bracket',
      'version: 1\nload: [1, 2«',
      'not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['an unknown tag', withGroup('count: 1\nmedia: «!secret none'), 'not valid YAML: Unresolved tag: !secret'],
    [
      'a key written twice, besides other mistakes',
      withGroup('count: 1\n«count: 2\n«cuont: 3'),
      '"count" is written twice in this mapping',
      'unknown key "cuont", did you mean "count"?',
    ],
    ['a mapping as a key', withGroup('count: 1\n? «{ a: 1 }\n: 2'), 'a key must be a text'],
    ['private-use characters', '«version: 1\nname: \uE000', 'the file holds private-use characters (U+E000 to U+E002)'],
  ],
  'the head': [
    ['no version', withLoad('{ rate: 1/s, for: 1s }').replace('version: 1\nagents', '«agents'), '"version" is missing'],
    [
      'version not first',
      withLoad('{ rate: 1/s, for: 1s }').replace('version: 1', 'name: x\n«version: 1'),
      '"version" comes first',
    ],
    ['another version', 'version: «2', 'version 2 is not known'],
    ['a quoted version', 'version: «"1"', 'version is the number 1, without quotes'],
    [
      'an unknown section',
      withLoad('{ rate: 1/s, for: 1s }', '«warmpu: 3s\n'),
      'unknown key "warmpu", did you mean "warmup"?',
    ],
    ['no sections', '««version: 1\nname: x', '"agents" is missing', '"load" is missing'],
    [
      'a misspelt section is one mistake',
      withLoad('{ rate: 1/s, for: 1s }').replace('load:', '«laod:'),
      'unknown key "laod", did you mean "load"?',
    ],
    ['no groups', 'version: 1\n«agents: {}\nload: { for: 1s }', 'there is no group of agents'],
    ['groups as a list', 'version: 1\nagents: «[a]\nload: { for: 1s }', '"agents" is a mapping of names to groups'],
  ],
  inputs: [
    [
      'undefined',
      withLoad('{ rate: "${«rte}", for: 1s }').replace('agents', 'inputs: { rate: { default: 1/s } }\nagents'),
      '"rte" is not defined: only inputs can be used here, did you mean "rate"?',
    ],
    [
      'without a value',
      withLoad('{ rate: 1/s, for: 1s }').replace('agents', 'inputs: { «x: { help: needed } }\nagents'),
      'the input "x" has no default and is not given',
    ],
    [
      'with a built-in name',
      withLoad('{ rate: 1/s, for: 1s }').replace('agents', 'inputs: { «n: { default: 1 } }\nagents'),
      '"n" cannot be the name of an input',
    ],
    [
      'with an unknown key',
      withLoad('{ rate: 1/s, for: 1s }').replace('agents', 'inputs: { x: { default: 1, «hlep: y } }\nagents'),
      'unknown key "hlep", did you mean "help"?',
    ],
    [
      'that cannot be calculated',
      withLoad('{ rate: «"${x / 0}/s", for: 1s }').replace('agents', 'inputs: { x: { default: 1 } }\nagents'),
      'division by zero',
    ],
    ['n where only inputs are known', withGroup('count: ${«n}'), '"n" is not defined: only inputs can be used here'],
    ['an expression that does not end', withGroup('count: 1\ndisplay name: phone «${n'), '"${" has no closing "}"'],
    ['a wrong expression', withGroup('count: 1\ndisplay name: "${n +«}"'), 'a name or a number is missing at the end'],
  ],
  gateway: [
    ['a wrong key', withGroup('count: 1', '{ «embeded: {} }'), 'unknown key "embeded", did you mean "embedded"?'],
    [
      'a percentage above 100',
      withGroup('count: 1', '{ embedded: { faults: { rtp loss: «101% } } }'),
      '101% is not between 0% and 100%',
    ],
    [
      'a percentage without a sign',
      withGroup('count: 1', '{ embedded: { faults: { busy: «5 } } }'),
      '5 has no unit; expected a percentage such as 5%',
    ],
    [
      'an unknown fault',
      withGroup('count: 1', '{ embedded: { faults: { «rtp lose: 1% } } }'),
      'unknown key "rtp lose", did you mean "rtp loss"?',
    ],
    [
      'an unknown algorithm',
      withGroup('count: 1', '{ embedded: { auth: «SHA-1 } }'),
      '"SHA-1" is not one of none, MD5, SHA-256, SHA-512-256',
    ],
    [
      'an unknown transport in a list',
      withGroup('count: 1', 'udp://10.0.0.1, «upd://10.0.0.2'),
      'unknown transport "upd", did you mean "udp"?',
    ],
    ['a port that is none', withGroup('count: 1', '«udp://10.0.0.1:99999'), '99999 is not a port'],
    ['a path for tls', withGroup('count: 1\ntransport: tls', '«tls://10.0.0.1/x'), 'only ws:// and wss:// take a path'],
    ['not a target', withGroup('count: 1', '«"udp://a b"'), '"udp://a b" is not a target'],
    ['not an IPv6 address', withGroup('count: 1', '«"udp://[::g]"'), '"udp://[::g]" is not a target'],
    [
      'no target for a transport',
      withGroup('count: 1\ntransport: «wss', 'udp://10.0.0.1'),
      'the gateway has no wss target; it has udp',
    ],
    [
      'a weight that is none',
      withGroup('count: 1', '[{ target: "udp://a", weight: «-1 }]'),
      '-1 is too small; the least is 0',
    ],
    [
      'an empty list',
      withGroup('count: 1', '«[]'),
      'expected embedded, none, a host, or a list of targets such as udp://10.0.0.1:5060',
    ],
  ],
  load: [
    [
      'nothing to do',
      withGroup('count: 1').replace('load: { for: 10s }', '«load: {}'),
      'nothing says how long agents stay',
    ],
    ['no curve', withLoad('{ for: 1s }').replace('load', '«load'), 'nothing says how many calls to start'],
    ['no end', withLoad('{ rate: 1/s }').replace('load', '«load'), 'nothing says when load ends'],
    [
      'a rate without a unit',
      withLoad('{ rate: «10, for: 1s }'),
      '10 has no unit; expected a rate such as 10/s or 600/m',
    ],
    ['a rate of 0', withLoad('{ rate: «0/s, for: 1s }'), 'the rate must be above 0'],
    [
      'two curves',
      withLoad('{ rate: 1/s, «concurrent: 3, for: 1s }'),
      '"concurrent" and "rate" say the same in two ways; keep one',
    ],
    [
      'an unknown flow',
      withLoad('{ flow: «tlak, rate: 1/s, for: 1s }'),
      'there is no flow "tlak", did you mean "talk"?',
    ],
    [
      'an unknown flow with a weight',
      withLoad('{ flows: { talk: 1, «tlak: 1 }, rate: 1/s, for: 1s }'),
      'there is no flow "tlak", did you mean "talk"?',
    ],
    ['a weight of 0', withLoad('{ flows: { talk: «0 }, rate: 1/s, for: 1s }'), 'a weight is above 0'],
    ['not a stage', withLoad('{ stages: [«climb to 10/s] }'), '"climb to 10/s" is not a stage'],
    ['no level', withLoad('{ «stages: [hold 3s] }'), 'no stage says how many calls'],
    [
      'a stage without a unit',
      withLoad('{ stages: [ramp to «10 over 3s] }'),
      '"10" is neither a rate such as 10/s nor a number such as 50 calls',
    ],
    ['a stage without a time', withLoad('{ stages: [ramp to 10/s over «3] }'), '"3" has no unit; write 3s or 3ms'],
    [
      'stages of both models',
      withLoad('{ stages: [ramp to 10/s over 3s, ramp to «5 calls over 3s] }'),
      'stages are either in calls per second or in calls at once, not both',
    ],
    [
      'stages and for',
      withLoad('{ stages: [ramp to 10/s over 3s], «for: 3s }'),
      'the stages say how long already; leave out "for"',
    ],
    [
      'arrivals of the closed model',
      withLoad('{ concurrent: 3, for: 3s, «arrivals: even }'),
      'calls at once start when others end, so arrivals cannot be chosen',
    ],
    [
      'more than the limit',
      withLoad('{ rate: «10/s, for: 1s }', 'limits: { calls per second: 5/s }\n'),
      'the load reaches 10 calls per second, and limits: permit 5',
    ],
    [
      'more at once than the limit',
      withLoad('{ concurrent: «10, for: 1s }', 'limits: { concurrent calls: 5 }\n'),
      'the load reaches 10 concurrent calls, and limits: permit 5',
    ],
    [
      'a warm-up as long as the load',
      withLoad('{ rate: 1/s, for: 3s }', 'warmup: «3s\n'),
      'the warm-up is as long as the whole load, so nothing would be judged',
    ],
  ],
  expect: [
    [
      'an unknown metric',
      withLoad('{ rate: 1/s, for: 1s }', 'expect: [«sesion.ser > 1%]\n'),
      'unknown metric "sesion.ser", did you mean "session.ser"?',
    ],
    [
      'a place within',
      withLoad('{ rate: 1/s, for: 1s }', 'expect:\n  - session.setup p95 < «250\n'),
      '250 has no unit; write it such as 250ms or 2s',
    ],
    [
      'a place within quotes',
      withLoad('{ rate: 1/s, for: 1s }', 'expect:\n  - "session.setup «avg < 250ms"\n'),
      'unknown aggregate "avg"; known: p50, p95, p99, mean, min, max, count',
    ],
    [
      'an unknown group',
      withLoad('{ rate: 1/s, for: 1s }', 'expect: [session.ser > 1% where agent = «phnoe]\n'),
      'there is no group "phnoe", did you mean "phone"?',
    ],
    [
      'an unknown transport',
      withLoad('{ rate: 1/s, for: 1s }', 'expect: [session.ser > 1% where transport = «upd]\n'),
      'there is no transport "upd", did you mean "udp"?',
    ],
    [
      'not a list',
      withLoad('{ rate: 1/s, for: 1s }', 'expect: «session.ser > 1%\n'),
      'expected a list of thresholds, found the text "session.ser > 1%"',
    ],
  ],
  conformance: [
    [
      'a profile that there is not',
      withLoad('{ rate: 1/s, for: 1s }', 'conformance: { profile: «stric }\n'),
      '"stric" is not one of strict, interop, webrtc-gateway or a YAML file, did you mean "strict"?',
    ],
    [
      'a file that there is not',
      withLoad('{ rate: 1/s, for: 1s }', 'conformance: { known deviations: «known.yaml }\n'),
      'the file "known.yaml" does not exist',
    ],
  ],
})

test('every problem of a file is reported at once, in the order of the file', () => {
  const text = withFlow('- cal: { from: phone, to: phone }\n- hang up')
    .replace('count: 2', 'count: 0')
    .replace('1/s', '1')
  expect(problemsOf(text).map((problem) => problem.line)).toEqual([3, 7, 8, 9])
})

test('hints say what to write', () => {
  expect(problemsOf(withFlow('- hang up now'))[0]).toMatchObject({ hint: 'it is written: hang up [by caller|callee]' })
  expect(problemsOf('version: 3')[0]).toMatchObject({ hint: 'this siploadgen reads version: 1' })
})

test('problems carry the code of their kind', () => {
  const codes = (text: string) => problemsOf(text).map((problem) => problem.code)
  expect(codes('a: [')).toContain('scenario/syntax')
  expect(codes(withGroup('count: 0'))).toEqual(['scenario/invalid'])
  expect(codes(withGroup('count: ${x}'))).toEqual(['scenario/input'])
  expect(codes(withGroup('count: 1\naudio: x.wav'))).toEqual(['scenario/unreadable'])
  expect(codes(withLoad('{ rate: 9/s, for: 1s }', 'limits: { calls per second: 1/s }\n'))).toEqual(['target/limit'])
})
