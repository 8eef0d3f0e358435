import { offerStep } from './offer.js'

export const reInvite = offerStep({
  name: 're-invite',
  help: 'Sends a new offer within the call (RFC 3261 14): another direction, other codecs or other keys. A call whose far side answers with none of the codecs ends as `media`.',
  method: 'INVITE',
  example: 're-invite: { codecs: [pcma], by: callee }',
})
