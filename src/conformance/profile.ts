export type Severity = 'error' | 'warning' | 'info'

/** What a profile makes of a rule, and why. */
export interface Adjustment {
  readonly rule: string
  /** `off`: the rule is not applied to what this profile is for. */
  readonly severity: Severity | 'off'
  readonly reason: string
}

/** How severe the breach of each rule is; rules that are not named have the severity of the catalogue. */
export interface Profile {
  readonly name: string
  readonly help: string
  readonly adjustments: readonly Adjustment[]
}

export const rulesOf = <Rule extends { readonly id: string }>(
  profile: Profile,
  rules: readonly Rule[],
): readonly Rule[] => rules.filter(({ id }) => adjustmentOf(profile, id)?.severity !== 'off')

export const adjustmentOf = ({ adjustments }: Profile, rule: string): Adjustment | undefined =>
  adjustments.find((adjustment) => adjustment.rule === rule)

const strict: Profile = { name: 'strict', help: 'every requirement as its RFC states it', adjustments: [] }

/** What almost all products do, and what does no harm between them. */
const deployed: readonly Adjustment[] = [
  { rule: '3261-8.1.1.9-2', severity: 'info', reason: 'option tags of products are ignored by others' },
  { rule: '3261-8.1.1.6-1', severity: 'warning', reason: 'a proxy adds the field (RFC 3261 16.6)' },
  { rule: '3261-10.3-33', severity: 'warning', reason: 'Expires tells the same when there is one contact' },
  { rule: '3261-16.10-6', severity: 'info', reason: 'a proxy that always keeps state knows every INVITE it forwarded' },
  { rule: '3261-18.1.1-1', severity: 'info', reason: 'fragmented datagrams are common practice' },
  { rule: '3261-18.2.1-5', severity: 'warning', reason: 'responses find their way by rport or the connection' },
  { rule: '3261-22.4-6', severity: 'warning', reason: 'clients answer challenges without qop as RFC 2069 did' },
  { rule: '3264-8-4', severity: 'warning', reason: 'the version grows, by more than one' },
]

const interop: Profile = {
  name: 'interop',
  help: 'what keeps products from working together is an error, common and harmless practice a warning',
  adjustments: deployed,
}

const webrtcGateway: Profile = {
  name: 'webrtc-gateway',
  help: 'as interop, for a gateway that relays media: it changes session descriptions and contacts on purpose',
  adjustments: [
    ...deployed,
    { rule: '3261-16.6-10', severity: 'off', reason: 'a media relay changes the session description of each leg' },
    { rule: '3261-16.6-6', severity: 'warning', reason: 'a border element hides fields on purpose' },
    { rule: '3261-16.7-43', severity: 'warning', reason: 'a border element hides fields on purpose' },
    { rule: '7118-D-07', severity: 'info', reason: 'clients that are no browsers have real addresses' },
  ],
}

/** The profiles that `--profile` takes by name. */
export const profiles: Readonly<Record<string, Profile>> = { strict, interop, 'webrtc-gateway': webrtcGateway }
