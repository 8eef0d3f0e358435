import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'
import { type Browser, type Page, chromium as playwright } from 'playwright-core'
import type { CallFigures, CallState, Heard, PagePhone, PageSettings } from './browser/figures.js'

/** Where the phones of pages register. */
export interface BrowserRegistrar {
  readonly address: string
  readonly wss: number
  readonly domain: string
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

/** A page with its phone; `close` unregisters it. */
export interface BrowserPage {
  readonly phone: BrowserPhone
  close(): Promise<void>
}

const confirmedWithinMs = 20_000

/**
 * What Chromium needs here: no window and no sandbox (tests may be root), permission for the microphone without a
 * question, candidates on the loopback address and without mDNS names, and no traffic of its own.
 */
export const chromiumFlags = [
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

/** What Chromium prints when it can be driven. */
export const devToolsReady = /DevTools listening on (ws:\S+)/

/** Drives a Chromium that runs, by what it printed. */
export const connectBrowser = (output: string): Promise<Browser> =>
  playwright.connectOverCDP(devToolsReady.exec(output)?.[1] ?? '')

/** The bundle of test/peers/browser on a loopback port: getUserMedia wants a page from a server, or from https. */
export async function servePage(): Promise<{ readonly url: string; close(): void }> {
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
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close }
}

/** Opens a page of its own with a phone that registers as `user`. */
export async function openPage(
  browser: Browser,
  url: string,
  registrar: BrowserRegistrar,
  user: string,
  settings: Partial<PageSettings> = {},
): Promise<BrowserPage> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  const page = await context.newPage()
  const lines: string[] = []
  page.on('console', (message) => lines.push(message.text()))
  page.on('pageerror', (error) => lines.push(`${error.name}: ${error.message}`))
  await page.goto(url)
  await ask(page, 'start', {
    server: `wss://${registrar.address}:${registrar.wss}`,
    user,
    domain: registrar.domain,
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
  const close = async (): Promise<void> => {
    if (!page.isClosed() && browser.isConnected()) await ask(page, 'stop')
    await context.close()
  }
  const phone: BrowserPhone = {
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
  return { phone, close }
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
