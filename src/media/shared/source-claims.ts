/** Which members claim a source (SSRC) as theirs. */
export class SourceClaims<Member> {
  readonly #owners = new Map<number, readonly Member[]>()

  all(ssrc: number): readonly Member[] {
    return this.#owners.get(ssrc) ?? []
  }

  /** The only member that claims it. */
  only(ssrc: number): Member | undefined {
    const owners = this.#owners.get(ssrc)
    return owners?.length === 1 ? owners[0] : undefined
  }

  /** The only one from then on. */
  add(ssrc: number, member: Member): Member | undefined {
    const owners = this.all(ssrc)
    if (!owners.includes(member)) this.#owners.set(ssrc, [...owners, member])
    return this.only(ssrc)
  }

  /** The only one from then on. */
  remove(ssrc: number, member: Member): Member | undefined {
    const owners = this.all(ssrc).filter((owner) => owner !== member)
    if (owners.length === 0) this.#owners.delete(ssrc)
    else this.#owners.set(ssrc, owners)
    return this.only(ssrc)
  }
}
