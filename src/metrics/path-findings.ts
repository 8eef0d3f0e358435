import type { CallRecord } from '../model/record.js'
import type { Finding } from '../model/result.js'
import { silentServers } from './silent-servers.js'
import { unsignalledMedia } from './unsignalled-media.js'

/** What a call over ICE and DTLS found fault with. */
export const pathFindings = (call: CallRecord): Finding[] => [...unsignalledMedia(call), ...silentServers(call)]
