import { type SrtpKeys, type SrtpSuiteName, srtpSuites } from '../model/srtp.js'

/** One a=crypto attribute (RFC 4568 4) that we can use. */
export interface CryptoAttribute {
  readonly tag: number
  readonly suite: SrtpSuiteName
  /** One, or several that an MKI tells apart. */
  readonly keys: readonly [SrtpKeys, ...SrtpKeys[]]
}

/** Why an attribute cannot be used. */
export type CryptoDefectName =
  /** A suite that we do not have, or a mandatory session parameter that we do not do (RFC 4568 6.3.8). */
  | 'no-common-suite'
  /** It breaks the grammar of RFC 4568 9, or its key is not as long as its suite takes. */
  | 'bad-crypto'

export interface CryptoDefect {
  readonly name: CryptoDefectName
  readonly text: string
}

/** The words of an attribute: `a=crypto:TAG SUITE KEY-PARAMS SESSION-PARAMS`. */
export interface CryptoWords {
  readonly tag: string
  readonly suite: string
  readonly keyParams: string
  readonly sessionParams: string
}

const attribute = /^a=crypto:(\S+)(?: +(\S+))?(?: +(\S+))?(?: +(.*))?$/

/** The attributes among the lines of a section, unjudged. */
export function cryptoWords(lines: readonly string[]): CryptoWords[] {
  const all: CryptoWords[] = []
  for (const line of lines) {
    if (!line.startsWith('a=crypto:')) continue
    const [, tag = '', suite = '', keyParams = '', sessionParams = ''] = attribute.exec(line) ?? []
    all.push({ tag, suite, keyParams, sessionParams })
  }
  return all
}

const defect = (name: CryptoDefectName, text: string): CryptoDefect => ({ name, text })

/** Session parameters that change nothing for us: a hint, and the order of error correction that we do not use. */
const harmlessParameter = /^(WSH=\d+|FEC_ORDER=\w+)$/
/** RFC 4568 6.3.8: one whose name begins with `-` may be passed over. */
const optionalParameter = /^-/

/** Reads an attribute; what is wrong with it when we cannot use it. */
export function readCrypto({ tag, suite, keyParams, sessionParams }: CryptoWords): CryptoAttribute | CryptoDefect {
  if (!/^(0|[1-9]\d{0,8})$/.test(tag)) return defect('bad-crypto', `"${tag.slice(0, 20)}" is no tag of a=crypto`)
  if (!isSuite(suite)) return defect('no-common-suite', `the suite ${suite.slice(0, 60)} is not known`)
  for (const parameter of sessionParams.split(/ +/)) {
    if (parameter === '' || harmlessParameter.test(parameter) || optionalParameter.test(parameter)) continue
    return defect('no-common-suite', `${suite} comes with ${parameter.slice(0, 60)}, which is not supported`)
  }
  const keys: SrtpKeys[] = []
  for (const text of keyParams.split(';')) {
    const key = readKey(suite, text)
    if ('name' in key) return key
    keys.push(key)
  }
  const [first, ...further] = keys
  if (!first) return defect('bad-crypto', 'a=crypto has no key')
  if (further.some((key) => !key.mki || key.mki.length !== first.mki?.length)) {
    return defect('bad-crypto', 'several keys need MKIs of one length (RFC 4568 6.1)')
  }
  return { tag: Number(tag), suite, keys: [first, ...further] }
}

const isSuite = (text: string): text is SrtpSuiteName => Object.hasOwn(srtpSuites, text)

/** `inline:BASE64`, then a lifetime and an MKI, each after a bar and each optional (RFC 4568 6.1). */
const keyParameter = /^inline:([A-Za-z0-9+/]+={0,2})(?:\|((?:2\^)?\d{1,20}))?(?:\|(\d{1,40}):(\d{1,3}))?$/

function readKey(suite: SrtpSuiteName, text: string): SrtpKeys | CryptoDefect {
  const words = keyParameter.exec(text)
  if (!words) return defect('bad-crypto', `the key of ${suite} is not written as RFC 4568 6.1 says`)
  const [, base64 = '', , mkiText, mkiLength] = words
  const { keyBytes, saltBytes } = srtpSuites[suite]
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length !== keyBytes + saltBytes) {
    return defect('bad-crypto', `${suite} takes a key and salt of ${keyBytes + saltBytes} bytes, not ${bytes.length}`)
  }
  const keys = { suite, masterKey: bytes.subarray(0, keyBytes), masterSalt: bytes.subarray(keyBytes) }
  if (mkiText === undefined) return keys
  const mki = readMki(mkiText, Number(mkiLength))
  return mki ? { ...keys, mki } : defect('bad-crypto', `an MKI of ${mkiText} does not fit into ${mkiLength} bytes`)
}

/** The number in so many bytes, of 1 to 128; undefined when it does not fit. */
function readMki(text: string, length: number): Uint8Array | undefined {
  if (length < 1 || length > 128) return undefined
  const digits = BigInt(text).toString(16)
  if (digits.length > 2 * length) return undefined
  return Buffer.from(digits.padStart(2 * length, '0'), 'hex')
}

/** The attribute as a line. */
export function writeCrypto({ tag, suite, keys }: CryptoAttribute): string {
  return `a=crypto:${tag} ${suite} ${keys.map(writeKey).join(';')}\r\n`
}

function writeKey({ masterKey, masterSalt, mki }: SrtpKeys): string {
  const text = `inline:${Buffer.concat([masterKey, masterSalt]).toString('base64')}`
  return mki ? `${text}|${BigInt(`0x${Buffer.from(mki).toString('hex')}`)}:${mki.length}` : text
}

/** The first attribute that we can use and whose suite is among `suites`, or why there is none. */
export function chooseCrypto(
  attributes: readonly CryptoWords[],
  suites: readonly SrtpSuiteName[],
): CryptoAttribute | CryptoDefect {
  let worst: CryptoDefect | undefined
  for (const words of attributes) {
    const read = readCrypto(words)
    if ('keys' in read && suites.includes(read.suite)) return read
    const why = 'keys' in read ? defect('no-common-suite', `${read.suite} is not among our suites`) : read
    // A broken attribute of a known suite tells more than an unknown suite.
    if (!worst || (worst.name === 'no-common-suite' && why.name === 'bad-crypto')) worst = why
  }
  return worst ?? defect('no-common-suite', 'no a=crypto')
}
