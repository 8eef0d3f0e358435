import { linkType, newPacket } from '../capture/captured-packet.js'
import { Dissector } from '../capture/dissector.js'
import type { Finding, RuleVerdicts } from '../model/result.js'
import type { Expectations } from './expectations.js'
import { coverageOf, findingsOf, verdictsOf } from './findings.js'
import { Inspector } from './inspector.js'
import { rulesOf } from './profile.js'
import { rules } from './rules/registry.js'

/** What was found in the traffic of a run. */
export interface JudgedTraffic {
  /** SIP messages. */
  readonly messages: number
  /** Violations first. */
  readonly findings: readonly Finding[]
  readonly coverage: {
    readonly testable: number
    readonly implemented: number
    readonly exercised: number
    readonly verdicts: readonly RuleVerdicts[]
  }
}

/** Judges traffic packet by packet while it happens, as `siploadgen check` judges a capture of it. */
export class TrafficJudge {
  readonly #expectations: Expectations
  readonly #today: string
  readonly #inspector: Inspector
  readonly #dissector: Dissector
  readonly #packet = newPacket()
  #frames = 0

  /** `today`, such as `2026-11-26`: known deviations whose day has passed are violations. */
  constructor(expectations: Expectations, today: string) {
    this.#expectations = expectations
    this.#today = today
    this.#inspector = new Inspector(rulesOf(expectations.profile, rules))
    this.#dissector = new Dissector((event) => this.#inspector.event(event), nothing, undefined, neverLate)
    this.#packet.linkType = linkType.raw
  }

  /** An IP packet, at milliseconds since 1970; `clearTls`: the TCP in it travelled in TLS and is here in clear. */
  packet(atMs: number, bytes: Buffer, clearTls: boolean): void {
    const packet = this.#packet
    packet.frame = ++this.#frames
    packet.seconds = Math.floor(atMs / 1000)
    packet.nanoseconds = Math.round((atMs - packet.seconds * 1000) * 1e6)
    packet.atMs = atMs
    packet.bytes = bytes
    packet.start = 0
    packet.end = bytes.length
    packet.originalLength = bytes.length
    packet.clearTls = clearTls
    packet.interfaceIndex = clearTls ? 1 : 0
    this.#dissector.receive(packet)
  }

  /** Packets were left out, after the last one: what they touch is not decided. */
  missed(packets: number): void {
    this.#dissector.drop({ interfaceIndex: 0, packets })
  }

  /** The traffic is over. */
  end(): JudgedTraffic {
    this.#dissector.end()
    this.#inspector.end()
    const { tally, software, messages } = this.#inspector
    const { profile, deviations } = this.#expectations
    const applied = rulesOf(profile, rules)
    const findings = findingsOf(tally, { rules: applied, profile, deviations, today: this.#today, software })
    const coverage = { ...coverageOf(tally, applied), verdicts: verdictsOf(tally, applied) }
    return { messages, findings, coverage }
  }
}

const nothing = (): void => {}
/** TLS is in clear when it comes here. */
const neverLate = { isWaiting: false, later: nothing }
