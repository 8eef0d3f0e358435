import type { RtpFormat } from '../model/codec.js'
import { codecs } from './codec/registry.js'
import { PayloadTypes } from './rtp/payload-types.js'
import type { StreamSettings } from './stream-host.js'

/** What may arrive: what was agreed, or else what is sent. */
export function payloadTypesOf(settings: StreamSettings): PayloadTypes {
  const { codec, payloadType, telephoneEventPayloadType: events } = settings
  const { clockRate } = codecs[codec]
  const asSent: RtpFormat[] = [{ payloadType, encoding: codec, clockRate }]
  if (events !== undefined) asSent.push({ payloadType: events, encoding: 'telephone-event', clockRate })
  return PayloadTypes.of(settings.received ?? asSent, clockRate)
}
