import type { RTCSession } from 'jssip/lib/RTCSession'
import type { CallAudio } from './call-audio.js'
import { readFigures } from './call-figures.js'
import type { CallFigures, CallState, Heard } from './figures.js'

/** One call of the page, followed from its first message. */
export class PageCall {
  readonly session: RTCSession
  readonly #audio: CallAudio
  readonly #codecs: readonly string[]
  readonly #changed = new EventTarget()
  #phase: CallState['phase'] = 'ringing'
  #cause = ''
  #endedBy: CallState['endedBy']
  #connection: RTCPeerConnection | undefined
  #finalFigures: Promise<CallFigures> | undefined
  #localSdp = ''
  #remoteSdp = ''
  readonly #beganMs = performance.now()
  #connectedMs: number | undefined

  constructor(session: RTCSession, audio: CallAudio, codecs: readonly string[]) {
    this.session = session
    this.#audio = audio
    this.#codecs = codecs
    // An outgoing call has its connection before it is announced, an incoming one gets it with its answer.
    if (session.connection) this.#follow(session.connection)
    else session.on('peerconnection', ({ peerconnection }) => this.#follow(peerconnection))
    session.on('confirmed', () => this.#enter('confirmed', '200'))
    session.on('ended', ({ cause, originator }) => this.#end(cause, originator))
    session.on('failed', ({ cause, originator }) => this.#end(cause, originator))
    session.on('sdp', ({ originator, sdp }) => {
      if (originator === 'local') this.#localSdp = sdp
      else this.#remoteSdp = sdp
    })
  }

  state(): CallState {
    return {
      phase: this.#phase,
      cause: this.#cause,
      endedBy: this.#endedBy,
      direction: this.session.direction === 'incoming' ? 'incoming' : 'outgoing',
      remoteUser: this.session.remote_identity.uri.user,
      localSdp: this.#localSdp,
      remoteSdp: this.#remoteSdp,
      connectedMs: this.#connectedMs,
    }
  }

  async reached(phase: CallState['phase'], withinMs: number): Promise<CallState> {
    const signal = AbortSignal.timeout(withinMs)
    while (this.#phase !== phase && this.#phase !== 'ended') {
      await new Promise<void>((resolve, reject) => {
        this.#changed.addEventListener('phase', () => resolve(), { once: true, signal })
        signal.addEventListener('abort', () => reject(new Error(`not ${phase} within ${withinMs} ms: ${this.#phase}`)))
      })
    }
    return this.state()
  }

  async figures(): Promise<CallFigures> {
    if (this.#finalFigures) return await this.#finalFigures
    if (!this.#connection) throw new Error('the call has no connection yet')
    return readFigures(await this.#connection.getStats())
  }

  heard(): Heard {
    return this.#audio.heard()
  }

  async stopSending(): Promise<void> {
    for (const sender of this.#connection?.getSenders() ?? []) {
      const parameters = sender.getParameters()
      for (const encoding of parameters.encodings) encoding.active = false
      await sender.setParameters(parameters)
    }
  }

  #enter(phase: CallState['phase'], cause: string): void {
    this.#phase = phase
    this.#cause = cause
    this.#changed.dispatchEvent(new Event('phase'))
  }

  #end(cause: string, originator: string): void {
    if (originator === 'local' || originator === 'remote' || originator === 'system') this.#endedBy = originator
    this.#enter('ended', cause)
  }

  #follow(connection: RTCPeerConnection): void {
    this.#connection = connection
    connection.addEventListener('connectionstatechange', () => {
      if (connection.connectionState === 'connected') this.#connectedMs ??= performance.now() - this.#beganMs
    })
    connection.addEventListener('track', ({ track }) => this.#audio.hear(track))
    this.#preferCodecs(connection)
    // A closed connection forgets its figures, so they are read while it closes.
    const close = connection.close.bind(connection)
    connection.close = () => {
      this.#finalFigures ??= connection.getStats().then(readFigures)
      void this.#finalFigures.finally(close)
    }
  }

  #preferCodecs(connection: RTCPeerConnection): void {
    if (this.#codecs.length === 0) return
    const prefer = (): void => {
      const known = RTCRtpReceiver.getCapabilities('audio')?.codecs ?? []
      const wanted = this.#codecs.flatMap((name) => known.filter(({ mimeType }) => isNamed(mimeType, name)))
      const events = known.filter(({ mimeType }) => isNamed(mimeType, 'telephone-event'))
      for (const transceiver of connection.getTransceivers()) transceiver.setCodecPreferences([...wanted, ...events])
    }
    const createOffer = connection.createOffer.bind(connection)
    connection.createOffer = ((options?: RTCOfferOptions) => {
      prefer()
      return createOffer(options)
    }) as RTCPeerConnection['createOffer']
    const createAnswer = connection.createAnswer.bind(connection)
    connection.createAnswer = ((options?: RTCAnswerOptions) => {
      prefer()
      return createAnswer(options)
    }) as RTCPeerConnection['createAnswer']
  }
}

const isNamed = (mimeType: string, name: string): boolean => mimeType.toLowerCase() === `audio/${name.toLowerCase()}`
