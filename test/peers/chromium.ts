import { atEnd } from './at-end.js'
import type { PageSettings } from './browser/figures.js'
import {
  type BrowserPhone,
  type BrowserRegistrar,
  chromiumFlags,
  connectBrowser,
  devToolsReady,
  openPage,
  servePage,
} from './browser-page.js'
import { startPeer } from './peer.js'
import { requirePeer } from './require-peer.js'
import { temporaryFolder } from './temporary-folder.js'

export type { BrowserCall, BrowserPhone } from './browser-page.js'

export interface ChromiumOptions {
  /** WAV file that the microphone of every page plays in a loop; without it the microphone beeps once a second. */
  readonly microphone?: string
  /** File for the secrets of its TLS connections. */
  readonly keyLog?: string
}

export interface Chromium {
  readonly pid: number
  /** A page of its own with a phone that has registered at the lab as `user`. */
  openPhone(lab: BrowserRegistrar, user: string, settings?: Partial<PageSettings>): Promise<BrowserPhone>
  stop(): Promise<void>
}

/** Starts the system's Chromium without a window; it is stopped, with all its processes, when the test or file ends. */
export async function startChromium(options: ChromiumOptions = {}): Promise<Chromium> {
  const command = requirePeer('chromium')
  const profile = temporaryFolder('chromium')
  const microphone = options.microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${options.microphone}`]
  const peer = await startPeer({
    command,
    args: [...chromiumFlags, ...microphone, `--user-data-dir=${profile}`, 'about:blank'],
    cwd: profile,
    // Its settings, caches and temporary files belong into the profile, not into the home of whoever runs the tests.
    env: {
      HOME: profile,
      XDG_CONFIG_HOME: profile,
      XDG_CACHE_HOME: profile,
      TMPDIR: profile,
      ...(options.keyLog === undefined ? {} : { SSLKEYLOGFILE: options.keyLog }),
    },
    ready: devToolsReady,
    readyWithinMs: 30_000,
  })
  const browser = await connectBrowser(peer.output())
  const { url, close } = await servePage()
  atEnd(close)
  const stop = async (): Promise<void> => {
    await browser.close()
    await peer.stop()
  }
  atEnd(stop)
  const openPhone: Chromium['openPhone'] = async (lab, user, settings) => {
    const page = await openPage(browser, url, lab, user, settings)
    atEnd(page.close)
    return page.phone
  }
  return { pid: peer.pid, openPhone, stop }
}
