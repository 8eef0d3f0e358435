import * as z from 'zod'

const version4 = z.ipv4()
const version6 = z.ipv6()

/** 4 or 6 for an IP address (IPv6 without brackets), 0 for anything else. */
export function ipVersion(text: string): 0 | 4 | 6 {
  if (version4.safeParse(text).success) return 4
  return version6.safeParse(text).success ? 6 : 0
}
