import { describe, expect, it } from 'vitest'
import { digestHash, parseAlgorithm } from '../../../src/sip/auth/algorithm.js'
import { digestResponse, formatNonceCount, sessionKey, userKey } from '../../../src/sip/auth/digest-response.js'

const rfc7616 = {
  username: 'Mufasa',
  realm: 'http-auth@example.org',
  password: 'Circle of Life',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  method: 'GET',
  uri: '/dir/index.html',
}

const rfc2617 = {
  username: 'Mufasa',
  realm: 'testrealm@host.com',
  password: 'Circle Of Life',
  nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
  cnonce: '0a4f113b',
  method: 'GET',
  uri: '/dir/index.html',
}

// The user name is the UTF-8 octets of "J\u00e4s\u00f8n Doe", one byte a character.
const rfc7616Sha512 = {
  username: 'J\u00c3\u00a4s\u00c3\u00b8n Doe',
  realm: 'api@example.org',
  password: 'Secret, or not?',
  nonce: '5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK',
  cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
  method: 'GET',
  uri: '/doe.json',
}

interface Row {
  readonly title: string
  readonly input: typeof rfc2617
  readonly algorithm: string | undefined
  readonly qop: 'auth' | 'auth-int' | undefined
  readonly body?: string
  readonly expected: string
}

// Rows without an RFC were computed with md5sum, sha256sum and `openssl dgst -sha512-256` over hand-written strings.
const rows: readonly Row[] = [
  {
    title: 'RFC 2617 3.5',
    input: rfc2617,
    algorithm: undefined,
    qop: 'auth',
    expected: '6629fae49393a05397450978507c4ef1',
  },
  {
    title: 'RFC 2069 form',
    input: rfc2617,
    algorithm: 'MD5',
    qop: undefined,
    expected: '670fd8c2df070c60b045671b8b24ff02',
  },
  {
    title: 'RFC 7616 3.9.1 MD5',
    input: rfc7616,
    algorithm: 'MD5',
    qop: 'auth',
    expected: '8ca523f5e9506fed4657c9700eebdbec',
  },
  {
    title: 'RFC 7616 3.9.1 SHA-256',
    input: rfc7616,
    algorithm: 'SHA-256',
    qop: 'auth',
    expected: '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  },
  {
    title: 'RFC 7616 3.9.2 with SHA-512/256 proper (its own values are SHA-512 cut short)',
    input: rfc7616Sha512,
    algorithm: 'SHA-512-256',
    qop: 'auth',
    expected: '3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5',
  },
  {
    title: 'auth-int with a body',
    input: rfc2617,
    algorithm: 'MD5',
    qop: 'auth-int',
    body: 'v=0',
    expected: '5db8f67ee86f54b921ff197961aee76e',
  },
  {
    title: 'auth-int with an empty body',
    input: rfc2617,
    algorithm: 'MD5',
    qop: 'auth-int',
    expected: '5e6610ecf9ba3017a4870ad48e3ad30b',
  },
  {
    title: 'MD5-sess',
    input: rfc2617,
    algorithm: 'MD5-sess',
    qop: 'auth',
    expected: '8e3825c57e897f5a0dec6c2d4e5059d0',
  },
  {
    title: 'MD5-sess auth-int',
    input: rfc2617,
    algorithm: 'MD5-sess',
    qop: 'auth-int',
    body: 'v=0',
    expected: 'd3f416657f911fa28c8b6e445c9afda3',
  },
  {
    title: 'SHA-256-sess',
    input: rfc2617,
    algorithm: 'SHA-256-sess',
    qop: 'auth',
    expected: 'b8822e12417cb7750f4e2b8515f0dcf25b7dd26993e80bee1426201446a7f59b',
  },
  {
    title: 'SHA-256-sess auth-int',
    input: rfc2617,
    algorithm: 'SHA-256-sess',
    qop: 'auth-int',
    body: 'v=0',
    expected: 'a7113832a642cbf920f7b5969cc0207da93cf1c71945e5fe01542e75d7bc78f3',
  },
  {
    title: 'SHA-512-256-sess',
    input: rfc2617,
    algorithm: 'SHA-512-256-sess',
    qop: 'auth',
    expected: '0d21f0db3ec5cda5b850c0afa3bc29b4a3c5a6191959ff1baf511d4b38eb6b1e',
  },
  {
    title: 'SHA-512-256-sess auth-int',
    input: rfc2617,
    algorithm: 'SHA-512-256-sess',
    qop: 'auth-int',
    body: 'v=0',
    expected: '9ca88ae828171d3a4630dfae57fe15bad6467bef4c81dc7f3db7d07fa8b3c7c9',
  },
]

const respond = (row: Row): string => {
  const choice = parseAlgorithm(row.algorithm)
  if (!choice) throw new Error(`unknown algorithm ${row.algorithm}`)
  const { username, realm, password, nonce, cnonce, method, uri } = row.input
  return digestResponse({
    choice,
    ha1: sessionKey(choice, userKey(choice, username, realm, password), nonce, cnonce),
    nonce,
    method,
    uri,
    qop: row.qop,
    nonceCount: '00000001',
    cnonce,
    body: row.body === undefined ? undefined : Buffer.from(row.body),
  })
}

describe('a digest response', () => {
  it.each(rows)('is right for $title', (row) => {
    expect(respond(row)).toBe(row.expected)
  })

  it('hashes one byte a character', () => {
    expect(digestHash('MD5', '\u00e9')).toBe('3406877694691ddd1dfb0aca54681407')
  })
})

describe('an algorithm parameter', () => {
  it.each([
    [undefined, { algorithm: 'MD5', session: false }],
    ['md5', { algorithm: 'MD5', session: false }],
    ['sha-256', { algorithm: 'SHA-256', session: false }],
    ['SHA-512-256-sess', { algorithm: 'SHA-512-256', session: true }],
    ['SHA-1', undefined],
    ['-sess', undefined],
  ])('%s is read', (token, expected) => {
    expect(parseAlgorithm(token)).toEqual(expected)
  })

  it('nc is eight hexadecimal digits', () => {
    expect([1, 10, 0xdeadbeef].map(formatNonceCount)).toEqual(['00000001', '0000000a', 'deadbeef'])
  })
})
