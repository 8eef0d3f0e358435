import { browserCosts, missingBrowser } from './browser-costs.js'
import { connectionCosts, connectionText } from './micro/webrtc.js'
import { packetCosts } from './packet-costs.js'

const none = '-'
const fixed = (value, digits) => (value === undefined ? none : value.toFixed(digits))
const ratio = (own, other) => (own === undefined || other === undefined ? none : (own / other).toPrecision(2))
const row = (...cells) => `| ${cells.join(' | ')} |`

function table(heads, rows) {
  return [row(...heads), `|${'---|'.repeat(heads.length)}`, ...rows.map((cells) => row(...cells))].join('\n')
}

function packetTable({ rtp, sdes, sdesNode, webrtc, werift }, tab) {
  const line = (what, cost) => [what, fixed(cost?.send, 1), fixed(cost?.receive, 1)]
  const against = (what, cost) => [what, ratio(webrtc.send, cost?.send), ratio(webrtc.receive, cost?.receive)]
  return table(
    ['CPU of a packet, microseconds', 'sent', 'received'],
    [
      line('plain RTP', rtp),
      line('SDES-SRTP', sdes),
      line('SDES-SRTP by node:crypto (SIPLOADGEN_NATIVE=off)', sdesNode),
      line('DTLS-SRTP', webrtc),
      line('DTLS-SRTP of werift', werift),
      line('a tab of Chromium', tab?.packet),
      against('our DTLS-SRTP / werift', werift),
      against('our DTLS-SRTP / Chromium', tab?.packet),
    ],
  )
}

function agentTable({ own, werift }, browser) {
  const { agents, setup, tab } = browser ?? { agents: {} }
  const stream = ({ setupCpuMs, setupWallMs, kilobytes }) => ({
    setup: { cpu: setupCpuMs, wall: setupWallMs },
    megabytes: kilobytes / 1024,
  })
  const cells = (what, cost, format) => {
    const values = [cost?.setup?.cpu, cost?.setup?.wall, cost?.cpu, cost?.megabytes]
    return [what, ...values.map(format)]
  }
  const line = (what, cost) => cells(what, cost, (value, column) => fixed(value, [1, 0, 2, 2][column]))
  const against = (what, ours, theirs) => {
    const others = cells(what, theirs, (value) => value)
    return cells(what, ours, (value, column) => ratio(value, others[column + 1]))
  }
  const agent = { ...agents.webrtc, setup }
  return table(
    ['an agent', 'CPU of a set-up, ms', 'time of a set-up, ms', 'CPU of a second of a call, ms', 'memory, MiB'],
    [
      line('phone with plain RTP', agents.rtp),
      line('phone with SDES-SRTP', agents.sdes),
      line('WebRTC agent', agent),
      line('a tab of Chromium', tab),
      against('WebRTC agent / Chromium', agent, tab),
      line('media of a WebRTC agent alone', stream(own)),
      line('connection of werift', stream(werift)),
      against('media alone / werift', stream(own), stream(werift)),
    ],
  )
}

/** What agents and their packets cost, beside werift and a headless Chromium in the same run. */
export async function measureCosts() {
  const connections = connectionCosts()
  const packets = await packetCosts()
  const missing = missingBrowser()
  if (missing !== undefined) console.log(`the comparison with Chromium is skipped: ${missing}`)
  const browser = missing === undefined ? await browserCosts() : undefined
  const tables = `${packetTable(packets, browser?.tab)}\n\n${agentTable(connections, browser)}`
  return { text: connectionText(connections), tables }
}
