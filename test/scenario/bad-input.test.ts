// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the language under test
import { describe, expect, test } from 'vitest'
import { problemsOf, unmark, withCalled, withFlow, withGroup, withLoad } from './reading-aid.js'

/** A marked scenario («: where) and the texts of its problems, in order. */
type Case = readonly [name: string, marked: string, ...texts: string[]]

function check(marked: string, texts: readonly string[]): void {
  const { text, places } = unmark(marked)
  const found = problemsOf(text).map(({ line, column, text }) => ({ line, column, text }))
  expect(found).toEqual(texts.map((wanted, i) => ({ ...places[i], text: wanted })))
}

const tables: Readonly<Record<string, readonly Case[]>> = {
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
  agents: [
    [
      'media that nobody has',
      withGroup('count: 1\nmedia: «srtp'),
      '"srtp" is not one of rtp, sdes, webrtc, none, did you mean "rtp"?',
    ],
    [
      'a crypto suite that nobody has',
      withGroup('count: 1\nmedia: sdes\nsrtp suites: «AEAD_AES_128_GMC'),
      '"AEAD_AES_128_GMC" is not one of AES_CM_128_HMAC_SHA1_80, AEAD_AES_256_GCM, AEAD_AES_128_GCM, AES_CM_128_HMAC_SHA1_32, did you mean "AEAD_AES_128_GCM"?',
    ],
    [
      'crypto suites without SRTP',
      withGroup('count: 1\n«srtp suites: [AEAD_AES_128_GCM]'),
      '"srtp suites" is for media: sdes',
    ],
    ['no count', withGroup('media: none').replace('  phone:', '  «phone:'), '"count" is missing'],
    [
      'no identity',
      withGroup('count: 1')
        .replace(/ {4}identity.*\n/, '')
        .replace('  phone:', '  «phone:'),
      '"identity" is missing',
    ],
    ['count 0', withGroup('count: «0'), '0 is too small; the least is 1'],
    ['count below 0', withGroup('count: «-1'), '-1 is too small; the least is 1'],
    ['count as a word', withGroup('count: «ten'), 'expected a whole number, found the text "ten"'],
    ['count with a fraction', withGroup('count: «1.5'), 'expected a whole number, found 1.5'],
    ['count left empty', withGroup('count:«'), 'expected a whole number, found nothing'],
    ['an unknown key', withGroup('count: 1\n«trasnport: udp'), 'unknown key "trasnport", did you mean "transport"?'],
    [
      'an unknown transport',
      withGroup('count: 1\ntransport: «upd'),
      '"upd" is not one of udp, tcp, tls, ws, wss, did you mean "udp"?',
    ],
    [
      'an identity that is none',
      withGroup('count: 1').replace('identity: sip:${2000 + n}@lab.test', 'identity: «alice'),
      '"alice" is not an address of record',
    ],
    ['an undefined name', withGroup('count: 1\npassword: p${2000 + «m}'), '"m" is not defined; known: n'],
    [
      'register neither',
      withGroup('count: 1\nregister: «often'),
      'expected true, false or { expires: 10m }, found the text "often"',
    ],
    [
      'register with a key too many',
      withGroup('count: 1\nregister: { «expire: 3m }'),
      'unknown key "expire", did you mean "expires"?',
    ],
    [
      'register without a gateway',
      withGroup('count: 1\n«register: true', 'none'),
      'with gateway: none there is nothing to register with',
    ],
    [
      'frames that are missing',
      withGroup('count: 1\ncodecs: «[g729, pcmu]'),
      'g729 is sent from prepared frames, and "audio" names none',
    ],
    [
      'a codec that is not spoken',
      withGroup('count: 1\ncodecs: [pcmu, «g723]'),
      '"g723" is not one of opus, g722, pcmu, pcma, g729, did you mean "g722"?',
    ],
    ['a packet time between', withGroup('count: 1\nptime: «15ms'), 'a packet time is a multiple of 10ms up to 100ms'],
    ['an audio file that is not there', withGroup('count: 1\naudio: «none.wav'), 'the file "none.wav" does not exist'],
    [
      'audio of another kind',
      withGroup('count: 1\naudio: «music'),
      '"music" is neither speech, silence nor a .wav, .g729, .pcap or .pcapng file',
    ],
    ['a CSV file that is not there', withGroup('from csv: «none.csv'), 'the file "none.csv" does not exist'],
    [
      'a CA that is not there',
      withGroup('count: 1\ntransport: tls\ntls: { ca: «none.pem }'),
      'the file "none.pem" does not exist',
    ],
    [
      'a certificate without its key',
      withGroup('count: 1\ntransport: tls\ntls: { «cert: secret.txt }'),
      '"cert" needs "key" beside it',
    ],
    [
      'tls over udp',
      withGroup('count: 1\n«tls: { verify: none }'),
      '"tls" is for tls and wss, and this group speaks udp',
    ],
    [
      'ws over tls',
      withGroup('count: 1\ntransport: tls\n«ws: { path: / }'),
      '"ws" is for ws and wss, and this group speaks tls',
    ],
    [
      'settings of other media',
      withGroup('count: 1\n«ice: { timeout: 5s }\n«dtls: { setup: active }'),
      '"ice" is for media: webrtc',
      '"dtls" is for media: webrtc',
    ],
    [
      'a setup that no answer has',
      withGroup('count: 1\nmedia: webrtc\ndtls: { setup: «actpass }'),
      '"actpass" is not one of active, passive',
    ],
    [
      'socket over tcp',
      withGroup('count: 1\ntransport: tcp\n«socket: call'),
      '"socket" is for udp, and this group speaks tcp',
    ],
    [
      'a password from two places',
      withGroup('count: 1\npassword: «{ env: A, file: B }'),
      'expected a text, { env: NAME } or { file: PATH }',
    ],
    [
      'a password from no environment',
      withGroup('count: 1\npassword: { env: «SILOADGEN_NOT_SET }'),
      'the environment variable "SILOADGEN_NOT_SET" is not set',
    ],
    ['a header that is none', withGroup('count: 1\nheaders: { «"X Y": 1 }'), '"X Y" is not a header name'],
    ['a header of two lines', withGroup('count: 1\nheaders: { X-Y: «"a\\nb" }'), 'a header value is one line'],
    [
      'a source address that is a name',
      withGroup('count: 1\nsource addresses: [127.0.0.1, «localhost]'),
      'expected an IP address',
    ],
    [
      'listen on a name',
      withGroup('count: 1\nlisten: «localhost:5060'),
      '"localhost:5060" is not an IP address with a port',
    ],
    [
      'a group name with a space',
      withGroup('count: 1').replace('  phone:', '  «my phone:'),
      '"my phone" cannot be the name of a group',
    ],
    [
      'listening in a word',
      withGroup('count: 1\nlistening: «sometimes'),
      '"sometimes" is not a percentage; write it such as 5%, full or off',
    ],
    ['a mark that is neither on nor off', withGroup('count: 1\nmark: «maybe'), '"maybe" is not one of on, off'],
    [
      'a least delay for a fixed jitter buffer',
      withGroup('count: 1\njitter buffer: { kind: fixed, «min: 20ms }'),
      'a fixed jitter buffer has no "min"; "delay" says it all',
    ],
    [
      'a jitter buffer that begins above its most',
      withGroup('count: 1\n«jitter buffer: { kind: adaptive, delay: 300ms, max: 200ms }'),
      'the delay of 300ms is not between 40ms and 200ms',
    ],
    [
      'a jitter buffer that is too long',
      withGroup('count: 1\njitter buffer: { kind: fixed, delay: «3s }'),
      'a jitter buffer holds 2s at most',
    ],
    [
      'a wrong session timer',
      withGroup('count: 1\nsession timer: { expires: «90 }'),
      '90 has no unit; expected a time such as 500ms, 30s or 2m',
    ],
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
  flows: [
    ['an unknown step', withFlow('- «hangupp'), 'unknown step "hangupp", did you mean "hang up"?'],
    [
      'an unknown step with arguments',
      withFlow('- «hangup: { by: caller }'),
      'unknown step "hangup", did you mean "hang up"?',
    ],
    [
      'a step that means nothing',
      withFlow('- «dance'),
      'unknown step "dance"; known: call, talk, wait, hang up, dtmf, expect dtmf, hold, resume, re-invite, update, transfer, register, ...',
    ],
    ['a number', withFlow('- «17'), 'expected a step such as "talk: 30s" or "hang up"'],
    ['nothing', withFlow('- «~'), 'expected a step such as "talk: 30s" or "hang up"'],
    [
      'two keys',
      withFlow('- «call: { from: phone, to: phone }\n  talk: 3s'),
      'a step has one key, and here are call, talk',
    ],
    ['no arguments', withFlow('- «call:'), '"call" needs arguments'],
    ['no steps', withFlow('[]').replace('  talk:\n    []', '  «talk: []'), 'the flow "talk" has no steps'],
    [
      'a flow that is a text',
      withFlow('«hang up').replace('talk:\n    ', 'talk: '),
      'expected a list of steps, found the text "hang up"',
    ],
    [
      'an unknown group',
      withFlow('- call: { from: «phne, to: phone }\n- hang up'),
      'there is no group "phne", did you mean "phone"?',
    ],
    [
      'an unknown callee',
      withFlow('- call: { from: phone, to: «phnoe }\n- hang up'),
      '"phnoe" is neither a group nor a SIP URI, did you mean "phone"?',
    ],
    [
      'hang up before a call',
      withFlow('- «hang up\n- call: { from: phone, to: phone }'),
      '"hang up" comes before any call',
    ],
    [
      'talk after hanging up',
      withFlow('- call: { from: phone, to: phone }\n- hang up\n- «talk 3s'),
      '"talk" comes after the call has ended',
    ],
    [
      'hang up after a call that fails',
      withFlow('- call: { from: phone, to: phone, expect: 486 }\n- «hang up'),
      '"hang up" comes after the call has ended',
    ],
    [
      'a second call at once',
      withFlow('- call: { from: phone, to: phone }\n- «call: { from: phone, to: phone }'),
      '"call" comes while a call is up',
    ],
    [
      'dtmf by nobody',
      withFlow('- call: { from: phone, to: phone }\n- dtmf: { digits: "1", by: «calee }'),
      '"calee" is not one of caller, callee, did you mean "callee"?',
    ],
    [
      'digits that are none',
      withFlow('- call: { from: phone, to: phone }\n- dtmf: «12x'),
      '"12x" are not DTMF digits (0 to 9, A to D, * and #)',
    ],
    [
      'a time without a unit',
      withFlow('- call: { from: phone, to: phone }\n- talk: «30'),
      '"30" has no unit; write 30s or 30ms',
    ],
    ['a time below 0', withFlow('- wait: «-3s'), '"-3s" is not a time; write a time such as 500ms, 30s, 2m or 1h'],
    [
      'a status that is none',
      withFlow('- call: { from: phone, to: phone, expect: «2000 }'),
      '"2000" is not understood: expected a status such as 200, a class such as 4xx, or several of them',
    ],
    ['a step of when called', withFlow('- «ring 200ms'), '"ring" belongs in when called:, not here'],
    [
      'a jump to nowhere',
      withFlow('- label here\n- «go to there'),
      'there is no label "there" in this flow, did you mean "here"?',
    ],
    ['a label twice', withFlow('- label here\n- «label here'), 'the label "here" is set twice in this flow'],
    [
      'receive without a label',
      withFlow('- «receive: { as: phone, status: 200, otherwise: gone }'),
      'there is no label "gone" in this flow',
    ],
    [
      'receive of nothing',
      withFlow('- «receive: { as: phone }'),
      '"receive" says neither which request nor which status',
    ],
    [
      'receive of both',
      withFlow('- receive: { as: phone, request: BYE, «status: 200 }'),
      'a message is either a request or a response; keep one',
    ],
    [
      'a method in small letters',
      withFlow('- receive: { as: phone, request: «invite }'),
      '"invite" is not a method; methods are written in capitals',
    ],
    [
      'a capture of nothing',
      withFlow('- receive: { as: phone, status: 200, capture: { a: «headr Via } }'),
      '"headr Via" does not say what to look at',
    ],
    [
      'a pattern that is none',
      withFlow('- receive: { as: phone, status: 200, capture: { a: «"header Via /(/" } }'),
      '/(/ is not a regular expression',
    ],
    [
      'a capture into a bad name',
      withFlow('- receive: { as: phone, status: 200, capture: { «a-b: header Via } }'),
      '"a-b" cannot be the name of a variable',
    ],
    [
      'a message without a start line',
      withFlow('- send: { as: phone, message: «hello }'),
      'the message does not begin with a start line',
    ],
    [
      'an unknown slot',
      withFlow(
        '- send:\n    as: phone\n    message: |\n      OPTIONS sip:x SIP/2.0\n      Via: SIP/2.0/UDP [local];branch=[«brnch]\n',
      ),
      'unknown slot [brnch], did you mean [branch]?',
    ],
    [
      'an undefined name in a message',
      withFlow('- send:\n    as: phone\n    message: |\n      OPTIONS sip:x SIP/2.0\n      To: ${«who}\n'),
      '"who" is not defined; known: call, n',
    ],
    [
      'status without a call',
      withFlow('- if: { when: "${«status} == 200", do: [] }'),
      '"status" has no value before a call step',
    ],
    [
      'an if that compares nothing',
      withFlow('- register phone\n- if: { when: «"${n}", do: [wait 1s] }'),
      '"${n}" does not compare anything',
    ],
    [
      'a wrong step in a branch',
      withFlow('- chance: { of: 50%, do: [«wiat 3s] }'),
      'unknown step "wiat", did you mean "wait"?',
    ],
    ['a chance above 100%', withFlow('- chance: { of: «150%, do: [wait 3s] }'), '150% is not between 0% and 100%'],
    ['repeat 0 times', withFlow('- repeat: { times: «0, steps: [wait 3s] }'), '0 is too small; the least is 1'],
    ['set of a bad name', withFlow('- set: { «a-b: 1 }'), '"a-b" cannot be the name of a variable'],
    ['options outside a call', withFlow('- «options'), '"options" comes before any call'],
    [
      'to within a call',
      withFlow('- call: { from: phone, to: phone }\n- message: { text: x, «to: "sip:x@y" }\n- hang up'),
      '"to" is for a request outside a call; add "from" with a group',
    ],
    [
      'transfer to nobody',
      withFlow('- call: { from: phone, to: phone }\n- transfer: «alice'),
      '"alice" is not a SIP URI',
    ],
    [
      'a flow that is not used',
      withFlow('- wait 1s').replace('load: {', '  «spare: [wait 1s]\nload: { flow: talk,'),
      'the flow "spare" is never used',
    ],
    [
      'n before an agent acts',
      withFlow('- set: { x: "${«n}" }\n- register phone'),
      '"n" has no value before an agent acts',
    ],
    [
      'a callee without a gateway',
      withFlow('- «call: { from: browser, to: phone }\n- hang up').replace('agents', 'gateway: none\nagents'),
      'the group "phone" is called without a gateway and has no address of its own',
    ],
    [
      'an undefined name in one of several headers',
      withFlow('- call: { from: browser, to: phone, headers: { X: [a, "b${«c}"] } }\n- hang up'),
      '"c" is not defined; known: call, n, caller, callee, status',
    ],
    [
      'a callee that does not register',
      withFlow('- «call: { from: browser, to: phone }\n- hang up').replace(
        'sip:${2000 + n}@lab.test"',
        '$&, register: false',
      ),
      'the group "phone" is called but does not register, so the gateway cannot find it',
    ],
  ],
  'when called': [
    [
      'a text',
      withCalled('«answer').replace('when called:\n      ', 'when called: '),
      'expected a list of steps, found the text "answer"',
    ],
    [
      'no end',
      withCalled('- ring 200ms').replace('when called', '«when called'),
      'a call is neither answered nor rejected',
    ],
    ['an unknown step', withCalled('- «rign 200ms\n- answer'), 'unknown step "rign", did you mean "ring"?'],
    ['ring after answer', withCalled('- answer\n- «ring'), '"ring" comes after the call is answered'],
    ['talk before answer', withCalled('- «talk 3s\n- answer'), '"talk" comes before the call is answered'],
    [
      'a step of flows',
      withCalled('- «call: { from: phone, to: phone }\n- answer'),
      '"call" belongs in a flow, not here',
    ],
    ['a reject without status', withCalled('- «reject'), '"reject" needs arguments'],
    ['a reject with 200', withCalled('- reject: «200'), '200 is too small; the least is 300'],
    ['an answer with words', withCalled('- «answer please'), '"answer" cannot be read with "please"'],
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
}

for (const [about, cases] of Object.entries(tables)) {
  describe(about, () => {
    test.each(cases.map(([name, marked, ...texts]) => ({ name, marked, texts })))('$name', ({ marked, texts }) => {
      check(marked, texts)
    })
  })
}

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
