import type { Scenario } from '../model/scenario.js'
import type { LoadSection } from './load-section.js'
import type { Reading } from './reading.js'

/** Mistakes that only show when the sections are seen together. */
export function checkScenario(scenario: Scenario, section: LoadSection, reading: Reading): void {
  checkLimits(scenario, section, reading)
  checkWarmup(scenario, reading)
  checkCalledGroups(scenario, reading)
}

function checkLimits({ load, limits }: Scenario, section: LoadSection, reading: Reading): void {
  const highest = Math.max(...load.stages.flatMap((stage) => [stage.from, stage.to]), 0)
  const limit = load.model === 'open' ? limits.callsPerSecond : limits.concurrentCalls
  if (limit === undefined || highest <= limit) return
  const key = section.stages !== undefined ? 'stages' : load.model === 'open' ? 'rate' : 'concurrent'
  const unit = load.model === 'open' ? 'calls per second' : 'concurrent calls'
  reading.problem(['load', key], `the load reaches ${highest} ${unit}, and limits: permit ${limit}`, {
    code: 'target/limit',
  })
}

function checkWarmup({ load, warmupMs }: Scenario, reading: Reading): void {
  const totalMs = load.stages.reduce((sum, stage) => sum + stage.ms, 0)
  if (warmupMs > 0 && warmupMs >= totalMs) {
    reading.problem(['warmup'], 'the warm-up is as long as the whole load, so nothing would be judged')
  }
}

/** The embedded gateway finds a phone only by its registration, and without a gateway only an address helps. */
function checkCalledGroups(scenario: Scenario, reading: Reading): void {
  const { kind } = scenario.gateway
  if (kind === 'external') return
  const groups = new Map(scenario.groups.map((group) => [group.name, group]))
  for (const instruction of scenario.flows.flatMap((flow) => flow.program)) {
    if (instruction.op !== 'call' || instruction.to.kind !== 'group') continue
    const group = groups.get(instruction.to.group)
    if (group === undefined || group.register !== undefined || group.gateway !== undefined) continue
    const called = `the group "${group.name}" is called`
    if (kind === 'embedded') {
      reading.problemAt(instruction.source, `${called} but does not register, so the gateway cannot find it`)
    } else if (group.listen === undefined) {
      const hint = 'give the group listen: 127.0.0.1:5060 or the like'
      reading.problemAt(instruction.source, `${called} without a gateway and has no address of its own`, { hint })
    }
  }
}
