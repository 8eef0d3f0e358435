// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the language under test
import { testBadCases } from './bad-cases.js'
import { withGroup } from './reading-aid.js'

testBadCases({
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
    [
      'ports that calls of browsers share',
      withGroup('count: 1\nmedia: webrtc\nmedia ports: «shared'),
      'ports are shared by media: rtp and sdes, and this is webrtc',
    ],
    [
      'batches of datagrams from sockets of their own',
      withGroup('count: 1\nsocket: phone\ndatagrams: «in batches'),
      'batches are for socket: group, and each phone has its own',
    ],
    [
      'batches of what are no datagrams',
      withGroup('count: 1\ntransport: tcp\n«datagrams: in batches'),
      '"datagrams" is for udp, and this group speaks tcp',
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
})
