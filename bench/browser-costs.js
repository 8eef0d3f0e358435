// What agents cost beside the tabs of a headless Chromium: `node bench/browser-costs.js` after `npm run build`. Both
// have the same calls through the same gateway with the same phone at its other side.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startEmbeddedGateway } from '../dist/gateway/embedded.js'
import { median } from './cpu.js'
import { cpuMsOf, megabytesOf } from './process-tree.js'
import { cpuOver, seriesOf, sleep, until, withFolder, withProcess, withRun } from './program-run.js'
import { importTypeScript } from './typescript.js'

const tabs = 4
/** Calls of each tab for the cost of set-up. */
const tabCalls = 5
/** The difference of two runs is free of what the program costs without any agent. */
const [fewAgents, manyAgents] = [10, 130]
const agentRate = 40
const setupRate = 25
const setupWindowMs = 8000
const windowMs = 4000
const settleMs = 1500
const packetsPerSecond = 50

/** Why there is no comparison; undefined when there is one. */
export function missingBrowser() {
  const { error } = spawnSync('chromium', ['--version'])
  return error === undefined ? undefined : 'chromium is not installed (Debian package chromium)'
}

const target = (place, transport) => `${transport}://127.0.0.1:${place.ports[transport]}`
const kinds = { rtp: 'udp', sdes: 'udp', webrtc: 'wss' }

/** One kind of agent in calls, each talking and listening: CPU and memory of `count` of them in one process. */
function measureAgents(place, media, count) {
  const transport = kinds[media]
  const upMs = (count / agentRate) * 1000 + settleMs
  const talk = `${Math.ceil((manyAgents / agentRate) * 1000 + settleMs + windowMs + 2000)}ms`
  const inputs = { gateway: target(place, transport), transport, media, agents: count, calls: count, talk }
  return withRun(place, 'agents-in-calls', { ...inputs, rate: `${agentRate}/s` }, async ({ pid, result }) => {
    await sleep(upMs)
    const cpu = await cpuOver(pid, windowMs)
    const megabytes = megabytesOf(pid)
    const { calls, reasons } = await result()
    if (calls.completed !== count) throw new Error(`${calls.completed} of ${count} calls: ${reasons.join('; ')}`)
    return { cpu, megabytes }
  })
}

/** What one more agent costs: milliseconds of CPU for each second of a call, and MiB. */
async function agentCost(place, media) {
  const [few, many] = await Promise.all([fewAgents, manyAgents].map((count) => measureAgents(place, media, count)))
  const per = (name) => (many[name] - few[name]) / (manyAgents - fewAgents)
  return { cpu: per('cpu'), megabytes: per('megabytes') }
}

/** Calls that end at once: CPU of each, and how long they take until media may flow. */
function setupCost(place) {
  const seconds = (setupWindowMs + 4000) / 1000
  const inputs = { gateway: target(place, 'wss'), media: 'webrtc', agents: 50, talk: '200ms' }
  const load = { calls: seconds * setupRate, rate: `${setupRate}/s` }
  return withRun(place, 'agents-in-calls', { ...inputs, ...load }, async ({ pid, result }) => {
    // The code is compiled by then.
    await sleep(3000)
    const cpu = (await cpuOver(pid, setupWindowMs)) / setupRate
    const { calls, metrics } = await result()
    if (calls.failed > 0) throw new Error(`${calls.failed} calls failed`)
    const middle = (name) => seriesOf(metrics, name)?.p50
    return { cpu, wall: middle('session.setup') + middle('media.ice_setup') + middle('media.dtls_setup') }
  })
}

/** The same of a tab of Chromium. */
function tabCost(place, page) {
  return withFolder((profile) => {
    const env = { ...process.env, HOME: profile, XDG_CONFIG_HOME: profile, XDG_CACHE_HOME: profile }
    const args = [...page.chromiumFlags, `--user-data-dir=${profile}`, 'about:blank']
    return withProcess('chromium', args, { env, cwd: profile }, async ({ pid, output }) => {
      await until('Chromium', () => page.devToolsReady.test(output()))
      const browser = await page.connectBrowser(output())
      const server = await page.servePage()
      try {
        await sleep(settleMs)
        const empty = megabytesOf(pid)
        const phones = []
        for (let number = 0; number < tabs; number++) {
          const registrar = { address: '127.0.0.1', wss: place.ports.wss, domain: 'lab.test' }
          const settings = { codecs: ['PCMU'], audio: 'bare' }
          phones.push((await page.openPage(browser, server.url, registrar, `tab${number}`, settings)).phone)
        }
        await sleep(settleMs)
        const setup = await tabSetup(pid, phones)
        const talk = await tabTalk(pid, phones, empty)
        // Measured last: a page that has just been opened is busy with itself.
        await sleep(settleMs)
        const idle = await cpuOver(pid, windowMs)
        const cpu = (setup.cpuMs - (idle * setup.wholeMs) / 1000) / setup.walls.length
        return { ...talk, idle: idle / tabs, setup: { cpu, wall: median(setup.walls) } }
      } finally {
        server.close()
        await browser.close()
      }
    })
  })
}

const connected = async (call) => {
  for (;;) {
    const { connectedMs } = await call.state()
    if (connectedMs !== undefined) return connectedMs
    await sleep(20)
  }
}

async function tabSetup(pid, phones) {
  const walls = []
  const before = cpuMsOf(pid)
  const fromMs = performance.now()
  for (let round = 0; round < tabCalls; round++) {
    for (const phone of phones) {
      const call = await phone.call('desk')
      walls.push(await connected(call))
      await call.hangUp()
      await call.reached('ended')
    }
  }
  return { cpuMs: cpuMsOf(pid) - before, wholeMs: performance.now() - fromMs, walls }
}

/** All tabs in a call at once; then they receive only, which tells apart what sending costs. */
async function tabTalk(pid, phones, empty) {
  const calls = []
  for (const phone of phones) calls.push(await phone.call('desk'))
  for (const call of calls) await connected(call)
  await sleep(settleMs)
  const both = await cpuOver(pid, windowMs)
  const megabytes = (megabytesOf(pid) - empty) / tabs
  const { inbound, outbound } = await calls[0].figures()
  if (!inbound?.packets || !outbound?.packets) throw new Error('a tab sent or received nothing')
  for (const call of calls) await call.stopSending()
  await sleep(500)
  const receiving = await cpuOver(pid, windowMs)
  for (const call of calls) await call.hangUp()
  return { cpu: both / tabs, receiving: receiving / tabs, megabytes }
}

/**
 * Figures of an agent of each kind and of a tab: `cpu` in milliseconds a second of a call, `megabytes`, `setup` in
 * milliseconds of CPU and of time; of a tab also microseconds a packet.
 */
export async function browserCosts() {
  const page = await importTypeScript('../test/peers/browser-page.ts')
  const gateway = await startEmbeddedGateway({ webrtc: true })
  try {
    const ports = Object.fromEntries(gateway.targets.map(({ transport, port }) => [transport, port]))
    const place = { ports, caFile: gateway.caFile }
    return await withRun(place, 'desk-phones', { gateway: target(place, 'udp') }, async () => {
      const agents = {}
      for (const media of Object.keys(kinds)) agents[media] = await agentCost(place, media)
      const setup = await setupCost(place)
      const tab = await tabCost(place, page)
      const micros = (ms) => (ms * 1000) / packetsPerSecond
      const packet = { send: micros(tab.cpu - tab.receiving), receive: micros(tab.receiving - tab.idle) }
      return { agents, setup, tab: { ...tab, packet } }
    })
  } finally {
    await gateway.stop()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.dir(await browserCosts(), { depth: null })
  process.exit(0)
}
