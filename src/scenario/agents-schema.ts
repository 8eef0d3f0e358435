import * as z from 'zod'
import { transportNames } from '../model/address.js'
import { type CodecWord, codecWords } from '../model/codec.js'
import { mediaKinds } from '../model/scenario.js'
import { type SrtpSuiteName, srtpSuites } from '../model/srtp.js'
import {
  choice,
  count,
  flag,
  headers,
  integer,
  listeningShare,
  mapping,
  oneOrMany,
  positiveMilliseconds,
  steps,
  text,
} from './fields.js'
import { gatewaySchema } from './gateway-section.js'
import { ipVersion } from './ip-address.js'
import type { Fields } from './reading.js'
import { jitterBufferSchema } from './terminal.js'

const codecNames = Object.keys(codecWords) as [CodecWord, ...CodecWord[]]

const tls = mapping({
  ca: text.optional().describe('file with the CA certificates to trust'),
  cert: text.optional().describe('file with our own certificate'),
  key: text.optional().describe('file with the key of our certificate'),
  'server name': text.optional().describe('name to ask for (SNI) and to check'),
  verify: choice(['full', 'none']).optional().describe('`none` accepts any certificate'),
  'key log': text.optional().describe('file to which session keys are written, for packet dissectors'),
})

const ws = mapping({
  path: text.optional().describe('the path of the WebSocket URI'),
  origin: text.optional().describe('the Origin header'),
  headers: z
    .record(z.string(), text, { error: 'expected a mapping of header names to values' })
    .optional()
    .describe('other HTTP header fields'),
})

const expectedSecret = 'expected a text, { env: NAME } or { file: PATH }'
const secret = z.union(
  [
    text,
    z
      .strictObject(
        {
          env: z
            .string({ error: 'expected the name of an environment variable' })
            .optional()
            .describe('environment variable that holds it'),
          file: z.string({ error: 'expected a file name' }).optional().describe('file that holds it'),
        },
        { error: expectedSecret },
      )
      .refine((from) => (from.env === undefined) !== (from.file === undefined), { error: expectedSecret }),
  ],
  { error: expectedSecret },
)

const iceServersSchema = z.array(
  z.union(
    [
      text,
      mapping({
        url: text.describe('stun:HOST:PORT or turn:HOST:PORT, over UDP; port 3478 when left out'),
        username: text.optional().describe('for turn:'),
        password: secret.optional().describe('a text, { env: NAME } or { file: PATH }'),
      }),
    ],
    {
      error: 'expected a URL, or { url: "turn:HOST:PORT", username: NAME, password: SECRET }',
    },
  ),
  { error: 'expected a list of servers' },
)

export const suiteNames = Object.keys(srtpSuites) as [SrtpSuiteName, ...SrtpSuiteName[]]

/** One group of agents. */
export const groupSchema = mapping({
  count: count(100_000).optional().describe('how many agents; the rows of the CSV file when left out'),
  identity: text.describe(`address of record of each agent, such as sip:\${1000 + n}@lab.test; n counts from 0`),
  'display name': text.optional().describe('display name of each agent'),
  'auth user': text
    .optional()
    .describe('user name for digest authentication; the user part of the identity when left out'),
  password: secret.optional().describe('a text, { env: NAME } or { file: PATH }'),
  'from csv': text.optional().describe('file with a line of column names and one row per agent'),
  transport: choice(transportNames).optional().describe('udp when left out'),
  listen: text
    .optional()
    .describe('IP address and port where calls arrive without registering, such as 127.0.0.1:5060'),
  register: z
    .union(
      [
        flag,
        mapping({ expires: positiveMilliseconds.optional().describe('lifetime of the binding, 1h when left out') }),
      ],
      {
        error: 'expected true, false or { expires: 10m }',
      },
    )
    .optional()
    .describe('whether agents register before load starts; true when there is a gateway'),
  'outbound flows': integer(0, 4).optional().describe('flows to keep by RFC 5626; 0 is without outbound'),
  media: choice(mediaKinds)
    .optional()
    .describe(
      'plain RTP, SRTP by SDES (RFC 4568), what browsers speak (ICE, DTLS-SRTP), or none at all; rtp when left out; a REGISTER says `+sip.media="sdes"` or `"webrtc"`',
    ),
  'media ports': choice(['own', 'shared'])
    .optional()
    .describe(
      'for media: rtp and sdes: local ports for each call (own, when left out), or few that all calls of the process share, which costs less CPU and no descriptors; descriptions then name the source (a=ssrc, RFC 5576), and what arrives is told apart by address, and by SSRC where calls have the same far side',
    ),
  'srtp suites': oneOrMany(choice(suiteNames), 'expected a list of crypto suites')
    .optional()
    .describe('for media: sdes, in order of preference; all of them when left out'),
  ice: mapping({
    timeout: positiveMilliseconds.optional().describe('for a way to the far side to be found, 10s when left out'),
    'consent timeout': positiveMilliseconds
      .optional()
      .describe('how long the far side may leave consent checks without an answer, 30s when left out (RFC 7675)'),
    servers: iceServersSchema
      .optional()
      .describe('STUN and TURN servers: stun:HOST:PORT, or { url: "turn:HOST:PORT", username, password }'),
    'relay only': flag
      .optional()
      .describe(
        'media goes through TURN servers only, and a call without a relay ends as `media`; false when left out',
      ),
    'gathering timeout': positiveMilliseconds
      .optional()
      .describe('for the servers to answer, after which a call goes on without them; 5s when left out'),
  })
    .optional()
    .describe('for media: webrtc'),
  dtls: mapping({
    setup: choice(['active', 'passive'])
      .optional()
      .describe(
        'what an answer says when it may choose (RFC 5763 5): active begins the handshake; active when left out',
      ),
    timeout: positiveMilliseconds.optional().describe('for the handshake, 10s when left out'),
  })
    .optional()
    .describe('for media: webrtc'),
  codecs: oneOrMany(choice(codecNames), 'expected a list of codecs')
    .optional()
    .describe('in order of preference; pcmu and pcma when left out, after opus for media: webrtc'),
  'answer order': choice(['offer', 'own'])
    .optional()
    .describe('whose order of codecs an answer keeps; that of the offer when left out'),
  'comfort noise': flag
    .optional()
    .describe('whether the far side may send it in silence (RFC 3389); false when left out'),
  ptime: positiveMilliseconds
    .refine((ms) => ms % 10 === 0 && ms <= 100, { error: 'a packet time is a multiple of 10ms up to 100ms' })
    .optional()
    .describe('audio per packet, 20ms when left out'),
  audio: oneOrMany(text, 'expected speech, silence, a file, or a list of them')
    .optional()
    .describe(
      'speech, silence, a WAV file, a file of G.729 frames (.g729) or a capture (.pcap, .pcapng) whose first RTP stream is sent again; of several the first that the agreed codec can carry',
    ),
  mark: choice(['on', 'off'])
    .optional()
    .describe('whether the audio carries marks that name the call and the moment of sending; on when left out'),
  listening: listeningShare
    .optional()
    .describe(
      'how much of the audio received is searched for marks: full, a share such as 25%, or off; full, and off where no group of the scenario sends any',
    ),
  'jitter buffer': jitterBufferSchema.optional().describe('of the phones that the agents stand for, for the MOS'),
  'conceals loss': flag
    .optional()
    .describe('whether those phones conceal missing packets of G.711 (G.711 Appendix I); false when left out'),
  'rtcp xr': flag.optional().describe('offer RTCP extended reports: VoIP metrics and round trips (RFC 3611)'),
  'when called': steps('when called')
    .optional()
    .describe('steps of an agent that is called; answers at once when left out'),
  socket: choice(['group', 'phone', 'call']).optional().describe('UDP: one socket for the group, a phone or a call'),
  datagrams: choice(['one by one', 'in batches'])
    .optional()
    .describe(
      'UDP, `socket: group`: how they are sent, one by one when left out. In batches what is sent within 0.2 ms leaves in one call where length and place are the same, which takes less CPU at thousands of calls a second; captures on loopback and virtual interfaces show such a batch as one datagram',
    ),
  'source addresses': oneOrMany(
    z
      .string({ error: 'expected an IP address' })
      .refine((address) => ipVersion(address) !== 0, { error: 'expected an IP address' })
      .meta({ kind: 'ADDRESS' }),
    'expected an IP address or a list of them',
  )
    .optional()
    .describe('local addresses, used in turn'),
  'calls at once': count(10_000).optional().describe('calls that one agent can have, 1 when left out'),
  provisional: choice(['plain', 'reliable', 'required'])
    .optional()
    .describe('RFC 3262: not offered, supported, or required'),
  'session timer': z
    .union(
      [
        positiveMilliseconds,
        mapping({
          expires: positiveMilliseconds.describe('Session-Expires'),
          refresher: choice(['uac', 'uas']).optional().describe('who refreshes, uac when left out'),
        }),
      ],
      { error: 'expected a time such as 90s, or { expires: 90s, refresher: uac }' },
    )
    .optional()
    .describe('RFC 4028'),
  headers: headers.optional().describe('header fields to add to every request'),
  tls: tls.optional().describe('for tls and wss'),
  ws: ws.optional().describe('for ws and wss'),
  gateway: gatewaySchema.optional().describe("where this group sends, when it is not the scenario's gateway"),
})

/** What could be read of a group. */
export type GroupSection = Fields<typeof groupSchema>
