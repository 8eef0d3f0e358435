import type { Address } from '../../model/address.js'
import { sameAddress } from '../../model/address.js'
import type { ChannelLike } from './channel.js'

/** A transaction as its channel knows it: linked in place, so that joining and leaving allocate nothing. */
export interface ChannelMember {
  readonly channel: ChannelLike
  readonly to: Address | undefined
  nextMember: ChannelMember | undefined
  previousMember: ChannelMember | undefined
  fail(text: string): void
}

/** Which transactions still depend on each channel, so that a lost connection is told to its own and to no others. */
export class ChannelMembers {
  readonly #first = new Map<number, ChannelMember>()

  add(member: ChannelMember): void {
    const first = this.#first.get(member.channel.id)
    member.nextMember = first
    member.previousMember = undefined
    if (first) first.previousMember = member
    this.#first.set(member.channel.id, member)
  }

  remove(member: ChannelMember): void {
    const { nextMember: next, previousMember: previous } = member
    if (next) next.previousMember = previous
    if (previous) previous.nextMember = next
    else if (this.#first.get(member.channel.id) === member) {
      if (next) this.#first.set(member.channel.id, next)
      else this.#first.delete(member.channel.id)
    }
    member.nextMember = undefined
    member.previousMember = undefined
  }

  /** Fails every member of the channel, or those that send to `to`. Members may come and go meanwhile. */
  fail(channel: ChannelLike, text: string, to: Address | undefined): void {
    const failed: ChannelMember[] = []
    for (let member = this.#first.get(channel.id); member; member = member.nextMember) {
      const target = member.to ?? channel.remote
      if (to === undefined || target === undefined || sameAddress(target, to)) failed.push(member)
    }
    for (const member of failed) member.fail(text)
  }
}
