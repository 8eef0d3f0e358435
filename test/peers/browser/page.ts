import { C, UA, WebSocketInterface } from 'jssip'
import type { RTCSession } from 'jssip/lib/RTCSession'
import { CallAudio } from './call-audio.js'
import type { CallFigures, CallState, Heard, PagePhone, PageSettings } from './figures.js'
import { PageCall } from './page-call.js'

const registeredWithinMs = 15_000
const stoppedWithinMs = 3000

/** A phone made of JsSIP and the browser's own WebRTC; nothing of siploadgen is in it. */
class Phone implements PagePhone {
  readonly #context = new AudioContext({ sampleRate: 48_000 })
  readonly #calls: PageCall[] = []
  #ua: UA | undefined
  #settings: PageSettings | undefined
  /** Of the call that is being placed, which JsSIP announces before `call` returns. */
  #prepared: CallAudio | undefined

  async start(settings: PageSettings): Promise<void> {
    this.#settings = settings
    this.#prepared = await this.#openAudio()
    const ua = new UA({
      sockets: [new WebSocketInterface(settings.server)],
      uri: `sip:${settings.user}@${settings.domain}`,
      password: settings.password,
      session_timers: false,
      register_expires: 600,
      user_agent: 'JsSIP',
    })
    this.#ua = ua
    ua.registrator().setExtraHeaders([...settings.headers])
    ua.on('newRTCSession', ({ session }: { session: RTCSession }) => void this.#follow(session))
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('not registered in time')), registeredWithinMs)
      ua.on('registered', () => {
        clearTimeout(timer)
        resolve()
      })
      ua.on('registrationFailed', ({ cause }) => reject(new Error(`registration failed: ${cause}`)))
      ua.start()
    })
  }

  call(user: string): number {
    const { ua, settings, audio } = this.#ready()
    ua.call(`sip:${user}@${settings.domain}`, { ...this.#answerOptions(settings), mediaStream: audio.sent })
    return this.#calls.length - 1
  }

  async reached(call: number, phase: CallState['phase'], withinMs: number): Promise<CallState> {
    const endMs = performance.now() + withinMs
    while (this.#calls[call] === undefined) {
      if (performance.now() > endMs) throw new Error(`no call number ${call} within ${withinMs} ms`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return await this.#call(call).reached(phase, Math.max(1, endMs - performance.now()))
  }

  state = (call: number): CallState => this.#call(call).state()
  figures = (call: number): Promise<CallFigures> => this.#call(call).figures()
  heard = (call: number): Heard => this.#call(call).heard()
  stopSending = (call: number): Promise<void> => this.#call(call).stopSending()

  async dtmf(call: number, digits: string): Promise<void> {
    this.#call(call).session.sendDTMF(digits, {
      duration: 100,
      interToneGap: 100,
      transportType: C.DTMF_TRANSPORT.RFC2833,
    })
    await new Promise((resolve) => setTimeout(resolve, digits.length * 200 + 100))
  }

  hold = (call: number): Promise<void> => this.#modify((done) => this.#call(call).session.hold({}, done), 'held')
  resume = (call: number): Promise<void> => this.#modify((done) => this.#call(call).session.unhold({}, done), 'resumed')

  hangUp(call: number): void {
    this.#call(call).session.terminate()
  }

  async stop(): Promise<void> {
    const { ua } = this.#ready()
    await new Promise<void>((resolve) => {
      ua.on('disconnected', () => resolve())
      setTimeout(resolve, stoppedWithinMs)
      ua.stop()
    })
    await this.#context.close()
  }

  #openAudio(): Promise<CallAudio> {
    const { audio = 'silence', toneHz = 0 } = this.#settings ?? {}
    return CallAudio.open(this.#context, audio, toneHz)
  }

  #ready(): { ua: UA; settings: PageSettings; audio: CallAudio } {
    if (!this.#ua || !this.#settings || !this.#prepared) throw new Error('the phone has not been started')
    return { ua: this.#ua, settings: this.#settings, audio: this.#prepared }
  }

  #call(number: number): PageCall {
    const call = this.#calls[number]
    if (!call) throw new Error(`there is no call number ${number}`)
    return call
  }

  #answerOptions({ iceServers, relayOnly }: PageSettings) {
    const pcConfig: RTCConfiguration = {
      iceServers: [...iceServers],
      iceTransportPolicy: relayOnly ? 'relay' : 'all',
    }
    return { pcConfig, mediaConstraints: { audio: true, video: false } }
  }

  /** Each call has an audio graph of its own; the one for the next is made ready as soon as one is taken. */
  async #follow(session: RTCSession): Promise<void> {
    const { settings, audio } = this.#ready()
    const call = new PageCall(session, audio, settings.codecs)
    this.#calls.push(call)
    this.#prepared = await this.#openAudio()
    if (session.direction !== 'incoming') return
    await new Promise((resolve) => setTimeout(resolve, settings.ringMs))
    if (session.isEnded()) return
    session.answer({ ...this.#answerOptions(settings), mediaStream: audio.sent })
  }

  #modify(begin: (done: () => void) => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`not ${what} in time`)), registeredWithinMs)
      if (!begin(resolve)) reject(new Error(`cannot be ${what} now`))
    })
  }
}

Object.assign(window, { phone: new Phone() })
