import { type Address, sameAddress } from '../../model/address.js'
import { canonicalAddress } from '../canonical-address.js'
import type { RtpStream } from '../rtp-stream.js'
import { rtcpRemoteOf } from '../stream-addresses.js'
import type { SharedPlace } from './shared-place.js'

/** By what the packets of a stream are known. */
export interface StreamSources {
  readonly rtpFrom: readonly Address[]
  readonly rtcpFrom: readonly Address[]
  readonly declared: readonly number[]
}

/** By its settings of now; a far side that only says where nothing is to be sent (RFC 3264 5.1) sends from where it did. */
export function sourcesOf(place: SharedPlace, { settings }: RtpStream): StreamSources {
  const { remote, remoteSsrcs = [] } = settings
  if (!remote || remote.port === 0 || isUnspecified(remote)) {
    return { rtpFrom: place.rtpFrom, rtcpFrom: place.rtcpFrom, declared: remoteSsrcs }
  }
  const rtcp = rtcpRemoteOf(settings)
  const { learnedFrom } = place
  const isElsewhere = learnedFrom !== undefined && !sameAddress(learnedFrom, remote)
  return {
    rtpFrom: isElsewhere ? [remote, learnedFrom] : [remote],
    rtcpFrom: rtcp && !isUnspecified(rtcp) ? [canonicalAddress(rtcp)] : [],
    declared: remoteSsrcs,
  }
}

const isUnspecified = ({ host }: Address): boolean => host === '0.0.0.0' || host === '::'

/** Addresses or sources of `all` that are not among `known`. */
export function without<Item extends Address | number>(all: readonly Item[], known: readonly Item[]): readonly Item[] {
  return all.filter((item) => !known.some((other) => isSame(item, other)))
}

const isSame = (a: Address | number, b: Address | number): boolean =>
  typeof a === 'number' || typeof b === 'number' ? a === b : sameAddress(a, b)
