import { expect, test } from 'vitest'
import { testBadCases } from './bad-cases.js'
import { scenarioOf, withGroup } from './reading-aid.js'

const webrtc = (ice: string): string => withGroup(`count: 1\nmedia: webrtc\ntransport: wss\nice: ${ice}`)
const secret = 'username: anna, password: secret'

const policyOf = (ice: string) =>
  scenarioOf(webrtc(ice)).groups.find(({ media }) => media === 'webrtc')?.webrtc?.servers

test('servers are read with their ports and credentials', () => {
  expect(
    policyOf(`{ servers: ["stun:stun.test", { url: "turn:[2001:db8::1]:5000?transport=udp", ${secret} }] }`),
  ).toEqual({
    servers: [
      { kind: 'stun', url: 'stun:stun.test', address: { host: 'stun.test', port: 3478 }, username: '', password: '' },
      {
        kind: 'turn',
        url: 'turn:[2001:db8::1]:5000?transport=udp',
        address: { host: '2001:db8::1', port: 5000 },
        username: 'anna',
        password: 'secret',
      },
    ],
    relayOnly: false,
    gatheringMs: 5000,
  })
  const relayed = policyOf(`{ servers: [{ url: "turn:t", ${secret} }], relay only: true, gathering timeout: 2s }`)
  expect(relayed).toMatchObject({ relayOnly: true, gatheringMs: 2000 })
  expect(policyOf('{ timeout: 3s }')).toBeUndefined()
})

test('a password may stand in the environment', () => {
  process.env.TURN_SECRET_OF_THE_TEST = 'hidden'
  const policy = policyOf('{ servers: [{ url: "turn:t", username: u, password: { env: TURN_SECRET_OF_THE_TEST } }] }')
  delete process.env.TURN_SECRET_OF_THE_TEST
  expect(policy?.servers[0]?.password).toBe('hidden')
})

testBadCases({
  'ICE servers': [
    ['over TLS', webrtc(`{ servers: [{ url: «"turns:t", ${secret} }] }`), '"turns:t" is not over UDP'],
    [
      'over TCP',
      webrtc(`{ servers: [{ url: «"turn:t?transport=tcp", ${secret} }] }`),
      '"turn:t?transport=tcp" is not over UDP',
    ],
    ['of another scheme', webrtc('{ servers: [«"http://t"] }'), '"http://t" is not the URL of a STUN or TURN server'],
    ['port 0', webrtc('{ servers: [«"stun:t:0"] }'), '"stun:t:0" is not the URL of a STUN or TURN server'],
    ['port 70000', webrtc('{ servers: [«"stun:t:70000"] }'), '"stun:t:70000" is not the URL of a STUN or TURN server'],
    ['TURN without credentials', webrtc('{ servers: [«"turn:t"] }'), '"turn:t" needs a username and a password'],
    [
      'a relay of nothing',
      webrtc('{ servers: ["stun:t"], «relay only: true }'),
      'there is no relay without a turn: server',
    ],
    [
      'a password of an environment without it',
      webrtc('{ servers: [{ url: "turn:t", username: u, password: { env: «NOT_THERE } }] }'),
      'the environment variable "NOT_THERE" is not set',
    ],
  ],
})
