import type { CallRecord, StreamReport } from '../../model/record.js'
import type { Definition } from '../definition.js'

/** Times of media over ICE and DTLS; other streams have none. */
export const pathDefinitions: readonly Definition<StreamReport, CallRecord>[] = [
  { name: 'media.ice_setup', kind: 'histogram', value: ({ path }) => path?.iceMs },
  { name: 'media.dtls_setup', kind: 'histogram', value: ({ path }) => path?.dtlsMs },
]
