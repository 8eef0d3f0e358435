export type TransportName = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss'

export const transportNames = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const satisfies readonly TransportName[]

/** An IP address (never a name; IPv6 without brackets) and a port. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** `host:port`, IPv6 in brackets, as in a URI or a sent-by. */
export const formatAddress = (address: Address): string =>
  address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`

export const sameAddress = (a: Address, b: Address): boolean => a.port === b.port && a.host === b.host
