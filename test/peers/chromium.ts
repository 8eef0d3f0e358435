import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'
import { type Browser, type Page, chromium as playwright } from 'playwright-core'
import { atEnd } from './at-end.js'
import type { CallFigures, CallState, Heard, PagePhone, PageSettings } from './browser/figures.js'
import type { Lab } from './lab.js'
import { startPeer } from './peer.js'
import { requirePeer } from './require-peer.js'
import { temporaryFolder } from './temporary-folder.js'

export interface ChromiumOptions {
  /** WAV file that the microphone of every page plays in a loop; without it the microphone beeps once a second. */
  readonly microphone?: string
}

export interface Chromium {
  readonly pid: number
  /** A page of its own with a phone that has registered at the lab as `user`. */
  openPhone(
    lab: Pick<Lab, 'address' | 'wss' | 'domain'>,
    user: string,
    settings?: Partial<PageSettings>,
  ): Promise<BrowserPhone>
  stop(): Promise<void>
}

/** One call of a browser's phone. Every wait is bounded; what takes longer is an error. */
export interface BrowserCall {
  reached(phase: CallState['phase'], withinMs?: number): Promise<CallState>
  state(): Promise<CallState>
  figures(): Promise<CallFigures>
  heard(): Promise<Heard>
  stopSending(): Promise<void>
  dtmf(digits: string): Promise<void>
  hold(): Promise<void>
  resume(): Promise<void>
  hangUp(): Promise<void>
}

export interface BrowserPhone {
  /** Calls a user of the lab and waits until the call is confirmed. */
  call(user: string): Promise<BrowserCall>
  /** The `number`th call of this phone, the first being 0: one that has arrived or is still to come. */
  callNumber(number: number): BrowserCall
  /** Everything that the page's console said, for the message of a failed test. */
  log(): string
}

const confirmedWithinMs = 20_000

/**
 * What Chromium needs here: no window and no sandbox (tests may be root), permission for the microphone without a
 * question, candidates on the loopback address and without mDNS names, and no traffic of its own.
 */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--mute-audio',
  '--ignore-certificate-errors',
  '--allow-loopback-in-peer-connection',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--remote-debugging-port=0',
]

/** Starts the system's Chromium without a window; it is stopped, with all its processes, when the test or file ends. */
export async function startChromium(options: ChromiumOptions = {}): Promise<Chromium> {
  const command = requirePeer('chromium')
  const profile = temporaryFolder('chromium')
  const microphone = options.microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${options.microphone}`]
  const peer = await startPeer({
    command,
    args: [...flags, ...microphone, `--user-data-dir=${profile}`, 'about:blank'],
    cwd: profile,
    // Its settings and caches belong into the profile, not into the home of whoever runs the tests.
    env: { HOME: profile, XDG_CONFIG_HOME: profile, XDG_CACHE_HOME: profile },
    ready: /DevTools listening on ws:\S+/,
    readyWithinMs: 30_000,
  })
  const endpoint = /DevTools listening on (ws:\S+)/.exec(peer.output())?.[1] ?? ''
  const browser = await playwright.connectOverCDP(endpoint)
  const url = await servePage()
  const stop = async (): Promise<void> => {
    await browser.close()
    await peer.stop()
  }
  atEnd(stop)
  return { pid: peer.pid, openPhone: (lab, user, settings) => openPhone(browser, url, lab, user, settings), stop }
}

/** The bundle of test/peers/browser on a loopback port: getUserMedia wants a page from a server, or from https. */
async function servePage(): Promise<string> {
  const bundled = await build({
    entryPoints: [new URL('browser/page.ts', import.meta.url).pathname],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'chrome120',
    define: { global: 'window' },
    logLevel: 'silent',
  })
  const script = bundled.outputFiles[0]?.text ?? ''
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('Content-Type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8')
    response.end(isScript ? script : '<!doctype html><title>phone</title><script src="page.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

async function openPhone(
  browser: Browser,
  url: string,
  lab: Pick<Lab, 'address' | 'wss' | 'domain'>,
  user: string,
  settings: Partial<PageSettings> = {},
): Promise<BrowserPhone> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  const page = await context.newPage()
  const lines: string[] = []
  page.on('console', (message) => lines.push(message.text()))
  page.on('pageerror', (error) => lines.push(`${error.name}: ${error.message}`))
  await page.goto(url)
  await ask(page, 'start', {
    server: `wss://${lab.address}:${lab.wss}`,
    user,
    domain: lab.domain,
    password: `p${user}`,
    headers: ['X-Media: webrtc'],
    audio: 'tone',
    toneHz: 440,
    codecs: [],
    ringMs: 0,
    iceServers: [],
    relayOnly: false,
    ...settings,
  })
  atEnd(async () => {
    if (!page.isClosed() && browser.isConnected()) await ask(page, 'stop')
    await context.close()
  })
  return {
    call: async (callee) => {
      const call = callOn(page, await ask(page, 'call', callee))
      const { phase, cause } = await call.reached('confirmed')
      if (phase !== 'confirmed')
        throw new Error(`the call to ${callee} was not answered: ${cause}\n${lines.join('\n')}`)
      return call
    },
    callNumber: (number) => callOn(page, number),
    log: () => lines.join('\n'),
  }
}

const callOn = (page: Page, number: number): BrowserCall => ({
  reached: (phase, withinMs = confirmedWithinMs) => ask(page, 'reached', number, phase, withinMs),
  state: () => ask(page, 'state', number),
  figures: () => ask(page, 'figures', number),
  heard: () => ask(page, 'heard', number),
  stopSending: () => ask(page, 'stopSending', number),
  dtmf: (digits) => ask(page, 'dtmf', number, digits),
  hold: () => ask(page, 'hold', number),
  resume: () => ask(page, 'resume', number),
  hangUp: () => ask(page, 'hangUp', number),
})

/** Calls a method of the page's phone. */
async function ask<Name extends keyof PagePhone>(
  page: Page,
  name: Name,
  ...args: Parameters<PagePhone[Name]>
): Promise<Awaited<ReturnType<PagePhone[Name]>>> {
  return (await page.evaluate(`window.phone.${name}(...${JSON.stringify(args)})`)) as Awaited<
    ReturnType<PagePhone[Name]>
  >
}
