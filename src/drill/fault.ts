import type * as z from 'zod'
import type { GatewayInstance } from '../gateway/gateway-instance.js'
import type { DnsServer } from './dns/dns-server.js'
import type { ImpairmentRelay } from './relay/impairment-relay.js'
import type { Undo } from './undo.js'

/** What a fault sees of the scenario around it. */
export interface FaultPlace {
  /** The instances of the embedded gateway; none when agents send elsewhere. */
  readonly instances: readonly string[]
  /** Targets whose addresses are known before DNS is asked, by name. */
  readonly targets: readonly string[]
  /** Whether the tool's own DNS server answers for names of this scenario. */
  readonly ownDns: boolean
  /** Says what is wrong with the fault; `keys` lead to the value within its settings. */
  problem(text: string, ...keys: string[]): void
}

/** What a fault may lay hands on in a run. */
export interface Scene {
  /** Part of the name of whatever it makes outside this process. */
  readonly run: string
  instance(name: string): GatewayInstance
  /** Adds to the log of the drill. */
  tell(text: string): void
  readonly relay: ImpairmentRelay | undefined
  readonly dns: DnsServer | undefined
}

/** A fault that can be made as far as is known. A problem that comes up all the same is given as text. */
export interface PreparedFault {
  /** What will be done, in one line each; shown before anything runs. */
  readonly does: string
  readonly undoes: string
  /**
   * How another process undoes it when this one is killed, for the journal. What ends with this process needs nothing.
   */
  readonly undos: readonly Undo[]
  /** Whether it is in force when making it begins, as far as anyone can know of a command, or when it is made. */
  readonly inForce: 'begun' | 'made'
  /** When undoing takes as long as making, both begin so much apart as the fault is to last. */
  readonly undoIsAsSlow?: true
  make(): Promise<string | undefined>
  /** Brings nearer what undoing needs, while the fault is in force. */
  standBy?(): Promise<void>
  undo(): Promise<string | undefined>
  /** False: the scenario says that nobody undoes it. */
  readonly undone: boolean
}

interface FaultDefinition<Settings> {
  /** As it is written in a scenario, such as `kill`. */
  readonly word: string
  readonly help: string
  readonly settings: z.ZodType<Settings>
  /** An entry of `faults:` as a scenario holds it. */
  readonly example: string
  /** What it hits, such as `gateway-1/relay`; two faults on one thing, or on a part of it, cannot be at one time. */
  subjects(settings: Settings): readonly string[]
  /** The instance or target that results tell of. */
  target?(settings: Settings): string | undefined
  check?(settings: Settings, place: FaultPlace): void
  /** Finds out, before load, whether it can be made: a text says why it cannot. Nothing is changed. */
  prepare(settings: Settings, scene: Scene, id: number): Promise<PreparedFault | string>
}

/** A kind of fault with the type of its settings closed over. */
export interface Fault {
  readonly word: string
  readonly help: string
  readonly settings: z.ZodType
  readonly example: string
  subjects(settings: unknown): readonly string[]
  target(settings: unknown): string | undefined
  check(settings: unknown, place: FaultPlace): void
  prepare(settings: unknown, scene: Scene, id: number): Promise<PreparedFault | string>
}

/** Declares a kind of fault; one file each, listed in faults/registry.ts. */
export function defineFault<Settings>(definition: FaultDefinition<Settings>): Fault {
  // Settings reach a fault only as its own schema has read them.
  const own = (settings: unknown): Settings => settings as Settings
  return {
    word: definition.word,
    help: definition.help,
    settings: definition.settings,
    example: definition.example,
    subjects: (settings) => definition.subjects(own(settings)),
    target: (settings) => definition.target?.(own(settings)),
    check: (settings, place) => definition.check?.(own(settings), place),
    prepare: (settings, scene, id) => definition.prepare(own(settings), scene, id),
  }
}
