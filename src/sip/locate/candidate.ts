import type { Address, TransportName } from '../../model/address.js'

/** One place to try. The order of a list of candidates is the order of trying. */
export interface Candidate {
  readonly transport: TransportName
  readonly address: Address
  /** Of the SRV record; 0 without one. */
  readonly priority: number
  readonly weight: number
  /** The host name (or number) the address came from; what a certificate is checked against is the URI's host. */
  readonly name: string
}

export interface LocateFailure {
  /** `not-found`: DNS says that there is nothing; `dns-failure`: DNS did not say; `unsupported`: nothing we speak. */
  readonly failure: 'not-found' | 'dns-failure' | 'unsupported'
  readonly text: string
}
