import { offerStep } from './offer.js'

export const update = offerStep({
  name: 'update',
  help: 'Sends a new offer by UPDATE (RFC 3311).',
  method: 'UPDATE',
  example: 'update: { direction: sendonly, expect: 200 }',
})
