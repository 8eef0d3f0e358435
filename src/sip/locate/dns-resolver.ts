export interface NaptrRecord {
  readonly order: number
  readonly preference: number
  readonly flags: string
  readonly service: string
  readonly replacement: string
}

export interface SrvRecord {
  readonly priority: number
  readonly weight: number
  readonly port: number
  /** `.` says that the service is decidedly not available (RFC 2782). */
  readonly target: string
}

/** `none`: there is no such record. `failure`: no answer, or an answer that says nothing (SERVFAIL). */
export type Answer<T> = readonly T[] | 'none' | 'failure'

/** The DNS as RFC 3263 needs it. Answers keep the order of the server; nobody throws. */
export interface DnsResolver {
  naptr(name: string): Promise<Answer<NaptrRecord>>
  srv(name: string): Promise<Answer<SrvRecord>>
  a(name: string): Promise<Answer<string>>
  aaaa(name: string): Promise<Answer<string>>
}
