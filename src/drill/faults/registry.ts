import type { Fault } from '../fault.js'
import { certificate } from './certificate.js'
import { command } from './command.js'
import { degrade } from './degrade.js'
import { dns } from './dns.js'
import { drop } from './drop.js'
import { http } from './http.js'
import { impair } from './impair.js'
import { kill } from './kill.js'
import { killRelay } from './kill-relay.js'
import { killSignalling } from './kill-signalling.js'
import { netem } from './netem.js'
import { partition } from './partition.js'
import { reject } from './reject.js'
import { signal } from './signal.js'

/** Every kind of fault, in the order of the documentation. */
export const faults: readonly Fault[] = [
  kill,
  killSignalling,
  killRelay,
  certificate,
  degrade,
  signal,
  command,
  http,
  impair,
  dns,
  partition,
  reject,
  drop,
  netem,
]

const byWord = new Map(faults.map((fault) => [fault.word, fault]))

/** The kind of a planned fault, which was found by this very table. */
export function faultOf(word: string): Fault {
  const fault = byWord.get(word)
  if (!fault) throw new Error(`there is no fault "${word}"`)
  return fault
}
