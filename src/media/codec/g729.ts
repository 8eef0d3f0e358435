import type { Codec } from './codec.js'

/** ITU-T G.729 and Annex A: not encoded and not decoded here; its frames come prepared and are judged as packets. */
export const g729: Codec = {
  name: 'G729',
  clockRate: 8000,
  channels: 1,
  payloadType: 18,
  // RFC 4856 2.1.9: without it, silence frames of Annex B would be expected and sent.
  fmtp: 'annexb=no',
  frameMs: 10,
  coder: undefined,
}
