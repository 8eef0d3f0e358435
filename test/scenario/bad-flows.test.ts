// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the language under test
import { testBadCases } from './bad-cases.js'
import { withCalled, withFlow } from './reading-aid.js'

testBadCases({
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
    [
      'an unknown codec to change to',
      withFlow('- call: { from: phone, to: phone }\n- re-invite: { codecs: [«pcmx] }\n- hang up'),
      '"pcmx" is not one of opus, g722, pcmu, pcma, g729, did you mean "pcmu"?',
    ],
    [
      'no codec to change to',
      withFlow('- call: { from: phone, to: phone }\n- update: { codecs: «[] }\n- hang up'),
      'an offer needs a codec',
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
})
