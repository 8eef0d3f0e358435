import type { Phone } from '../agent/phone.js'
import { formatAddress } from '../model/address.js'
import { rawSlots as slotTable } from '../model/raw-slots.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { compileTemplate } from '../sip/message/template.js'
import { utf8ToLatin1 } from '../sip/message/wire.js'

type Slot = Exclude<keyof typeof slotTable, 'len'>

/** The body's length is the template's own affair. */
const rawSlots = Object.keys(slotTable).filter((name): name is Slot => name !== 'len')

const KEPT_MESSAGES = 100

/**
 * A phone in a scenario's own hands: messages go out as written and everything that arrives is the scenario's, with
 * no transaction or dialog in between.
 */
export class RawConversation {
  readonly #phone: Phone
  readonly #kept: SipMessage[] = []
  readonly #callId: string
  readonly #tag: string
  #cseq = 0

  constructor(phone: Phone, arrived: (message: SipMessage) => void) {
    this.#phone = phone
    const { rng } = phone.stack
    this.#callId = `${rng.token()}${rng.token()}`
    this.#tag = rng.token()
    phone.rawListener = (message) => {
      if (this.#kept.length < KEPT_MESSAGES) this.#kept.push(message)
      arrived(message)
      return true
    }
  }

  /** Sends; what is wrong is returned. `to` is a URI when it is not the gateway. */
  send(text: string, to: string | undefined): string | undefined {
    const { flow, stack } = this.#phone
    const hop = to === undefined ? flow?.hop : this.#phone.hopFor(to)
    if (!hop) return 'there is no connection to send on'
    const { channel } = hop
    const remote = hop.to ?? channel.remote
    // Every request moves CSeq on; ACK and CANCEL name the number of their INVITE.
    if (!/^(ACK|CANCEL|SIP\/)/.test(text)) this.#cseq++
    const message = compileTemplate(utf8ToLatin1(text), rawSlots).render({
      local: formatAddress(channel.local),
      local_ip: channel.local.host,
      local_port: channel.local.port,
      remote: remote ? formatAddress(remote) : '',
      transport: channel.transport.toUpperCase(),
      branch: `z9hG4bK${stack.rng.token()}`,
      call_id: this.#callId,
      tag: this.#tag,
      cseq: this.#cseq,
    })
    channel.send(message, hop.to)
    return undefined
  }

  /** The oldest kept message that fits, taken out. */
  take(fits: (message: SipMessage) => boolean): SipMessage | undefined {
    const index = this.#kept.findIndex(fits)
    return index < 0 ? undefined : this.#kept.splice(index, 1)[0]
  }
}
