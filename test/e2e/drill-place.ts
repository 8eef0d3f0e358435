import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type Running, start, temporaryFolder, until, writeScenario } from './program.js'

/** The tail of a scenario of phones that call each other over two embedded gateways. */
const agents = (calls: string): string => `
gateway: { embedded: { instances: 2, auth: none } }
agents:
  caller: { count: 12, identity: "sip:\${100 + n}@lab.test", media: none }
  callee: { count: 12, identity: "sip:\${200 + n}@lab.test", media: none, transport: tcp }
flows:
  talk: [{ call: { from: caller, to: callee, answer within: 3s } }, wait 100ms, hang up]
timers: { t1: 50ms }
load: { flow: talk, ${calls} }
`

export const nftMissing = spawnSync('nft', ['--version']).error !== undefined

/** A place of its own for one drill: whatever it leaves on this machine is found by it. */
export class DrillPlace {
  readonly folder = temporaryFolder()
  readonly out = join(this.folder, 'out')
  readonly state = join(this.folder, 'state')
  readonly #temporary = join(this.folder, 'tmp')
  readonly #environment: Readonly<Record<string, string>>

  constructor() {
    mkdirSync(this.#temporary)
    this.#environment = { SIPLOADGEN_STATE: this.state, TMPDIR: this.#temporary }
  }

  /** Starts a run of phones with these faults, a list in YAML without indent, and with other sections after them. */
  start(faults: string, calls = 'rate: 10/s, for: 3s', sections = ''): Running {
    const text = `version: 1\nname: Drill${agents(calls)}faults:\n${faults.replaceAll(/^/gm, '  ')}\n${sections}\n`
    const file = writeScenario(text, this.folder)
    return start(['run', file, '--out', this.out], { environment: this.#environment })
  }

  cleanup() {
    return start(['cleanup'], { environment: this.#environment }).ended
  }

  /** Every process that was started in this place and lives. */
  processes(): number[] {
    return readdirSync('/proc').flatMap((name) => {
      if (!/^\d+$/.test(name)) return []
      try {
        const here = readFileSync(`/proc/${name}/environ`, 'latin1').includes(`SIPLOADGEN_STATE=${this.state}`)
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
        return here && !/\) [ZX] /.test(stat) ? [Number(name)] : []
      } catch {
        // It has ended, or belongs to somebody else.
        return []
      }
    })
  }

  files(): string[] {
    return readdirSync(this.#temporary)
  }

  journals(): string[] {
    return readdirSync(join(this.state, 'drills'))
  }

  /** Nothing of the drill is left: no process, no temporary file, no journal. */
  async expectNothingLeft(): Promise<void> {
    await until(() => this.processes().length === 0, 5000, 'no process was left').catch(() => {})
    expect(this.processes()).toEqual([])
    expect(this.files()).toEqual([])
    expect(this.journals()).toEqual([])
  }
}

/** A network namespace made for a test; its loopback is up. */
export class Namespace {
  readonly name = `siploadgen-${process.pid}-${Math.floor(performance.now())}`

  constructor() {
    this.#ip('netns', 'add', this.name)
    this.#ip('-n', this.name, 'link', 'set', 'lo', 'up')
  }

  /** Names of the tables of nftables in it. */
  tables(): string {
    return spawnSync('ip', ['netns', 'exec', this.name, 'nft', 'list', 'tables'], { encoding: 'utf8' }).stdout.trim()
  }

  remove(): void {
    this.#ip('netns', 'del', this.name)
  }

  #ip(...args: readonly string[]): void {
    const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`)
  }
}
