// CPU of a call while a rate is held, for the benches that compare it with SIPp's; each run has a UAS of SIPp of its own.
import { freePort, withUas } from './peers.js'
import { cpuOver, sleep, withProcess, withRun } from './program-run.js'

/** A run goes on for so long after it was measured. */
const marginSeconds = 1

/** Microseconds a call of the process, which makes `rate` calls a second from `afterSeconds` on. */
async function costOf(pid, { rate, afterSeconds, forSeconds }) {
  await sleep(afterSeconds * 1000)
  return ((await cpuOver(pid, forSeconds * 1000)) * 1000) / rate
}

/** Of SIPp's UAC. */
export const costOfSipp = (held) =>
  withUas(async (target) => {
    const { rate, afterSeconds, forSeconds } = held
    const calls = rate * (afterSeconds + forSeconds + marginSeconds)
    const args = ['-sn', 'uac', target, '-i', '127.0.0.1', '-p', String(await freePort()), '-nostdin']
    args.push('-buff_size', '4000000', '-r', String(rate), '-m', String(calls), '-l', '100000')
    return withProcess('sipp', args, {}, ({ pid }) => costOf(pid, held))
  })

/**
 * Of a run of the scenario, which comes to its rate within `rampSeconds`. A run in which a call failed measures something
 * else.
 */
export const costOfOwn = (scenario, { rampSeconds, ...held }, inputs = {}) =>
  withUas((target) => {
    const { rate, afterSeconds, forSeconds } = held
    const hold = `${afterSeconds + forSeconds + marginSeconds - rampSeconds}s`
    return withRun({}, scenario, { target, rate: `${rate}/s`, hold, ...inputs }, async ({ pid, result }) => {
      const cost = await costOf(pid, held)
      const { calls, reasons } = await result()
      if (calls.failed > 0) throw new Error(`${calls.failed} calls failed: ${reasons.join('; ')}`)
      return cost
    })
  })
