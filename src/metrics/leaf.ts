import { type MetricName, metricTable } from '../model/metric-table.js'
import type { MetricTags } from '../model/result.js'
import { type Cell, createCell } from './cell.js'

/** One metric under one full set of tags: the finest series there is. All others are sums of leaves. */
export interface Leaf {
  /** Dense, from 0, in order of first use. */
  readonly id: number
  readonly name: MetricName
  readonly tags: MetricTags
  /** Recorded in the warm-up: in the timeline, never judged. */
  readonly warmup: boolean
  readonly cell: Cell
}

/** The leaves of one set of tags. */
export class TagSet {
  readonly tags: MetricTags
  readonly warmup: boolean
  readonly #leaves = new Map<MetricName, Leaf>()
  readonly #all: Leaf[]

  constructor(tags: MetricTags, warmup: boolean, all: Leaf[]) {
    this.tags = tags
    this.warmup = warmup
    this.#all = all
  }

  leaf(name: MetricName): Leaf {
    let leaf = this.#leaves.get(name)
    if (leaf === undefined) {
      const cell = createCell(metricTable[name].kind)
      leaf = { id: this.#all.length, name, tags: this.tags, warmup: this.warmup, cell }
      this.#leaves.set(name, leaf)
      this.#all.push(leaf)
    }
    return leaf
  }
}

interface Node {
  readonly next: Map<string | undefined, Node>
  set: TagSet | undefined
}

/** All leaves of a run. Looking up a set of tags that was seen before allocates nothing. */
export class LeafTable {
  readonly leaves: Leaf[] = []
  readonly #judged: Node = { next: new Map(), set: undefined }
  readonly #warmup: Node = { next: new Map(), set: undefined }

  /** The tags that records carry; any may be absent. */
  of(
    warmup: boolean,
    agent: string | undefined,
    transport: string | undefined,
    target: string | undefined,
    direction: string | undefined,
  ): TagSet {
    const root = warmup ? this.#warmup : this.#judged
    const node = step(step(step(step(root, agent), transport), target), direction)
    if (node.set === undefined) {
      const tags: { -readonly [K in keyof MetricTags]: MetricTags[K] } = {}
      if (agent !== undefined) tags.agent = agent
      if (transport !== undefined) tags.transport = transport
      if (target !== undefined) tags.target = target
      if (direction !== undefined) tags.direction = direction
      node.set = new TagSet(tags, warmup, this.leaves)
    }
    return node.set
  }

  /** Any tags, in any order. For figures that are fed one at a time. */
  ofTags(warmup: boolean, tags: MetricTags): TagSet {
    let node = warmup ? this.#warmup : this.#judged
    node = step(step(step(step(node, tags.agent), tags.transport), tags.target), tags.direction)
    const { method, heard, phase, fault } = tags
    if (method === undefined && heard === undefined && phase === undefined && fault === undefined) {
      return this.of(warmup, tags.agent, tags.transport, tags.target, tags.direction)
    }
    node = step(step(step(step(node, method), heard), phase), fault)
    node.set ??= new TagSet({ ...tags }, warmup, this.leaves)
    return node.set
  }
}

function step(node: Node, key: string | undefined): Node {
  let next = node.next.get(key)
  if (next === undefined) {
    next = { next: new Map(), set: undefined }
    node.next.set(key, next)
  }
  return next
}
