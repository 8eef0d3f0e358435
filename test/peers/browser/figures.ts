/** What the page and the test tell each other: plain data, without a type of the browser. */

/** `bare`: the microphone without an audio graph of the page, which costs CPU of its own and tells what is heard. */
export type AudioSource = 'tone' | 'echo' | 'microphone' | 'silence' | 'bare'

export interface PageSettings {
  /** WebSocket URI of the registrar. */
  readonly server: string
  readonly user: string
  readonly domain: string
  readonly password: string
  /** Extra header fields of REGISTER, such as `X-Media: webrtc`. */
  readonly headers: readonly string[]
  readonly audio: AudioSource
  readonly toneHz: number
  /** Names of codecs in order of preference, such as `opus` or `PCMU`; the browser's own order when empty. */
  readonly codecs: readonly string[]
  /** How long an incoming call rings; it is then answered. */
  readonly ringMs: number
  /** STUN and TURN servers, as RTCIceServer has them. */
  readonly iceServers: readonly { readonly urls: string; readonly username?: string; readonly credential?: string }[]
  /** Candidates are those of relays only. */
  readonly relayOnly: boolean
}

/** RTP in one direction as getStats counts it. */
export interface DirectionFigures {
  readonly ssrc: number
  readonly packets: number
  /** Payload bytes. */
  readonly bytes: number
  /** `audio/opus` and the like. */
  readonly codec: string
}

export interface InboundFigures extends DirectionFigures {
  readonly lost: number
  readonly jitterMs: number
  /** Share of the samples that the jitter buffer had to invent, 0 to 1; silence does not count. */
  readonly concealed: number
  /** 0 to 1. */
  readonly audioLevel: number
  /** Sum of level² times seconds: grows only while there is something to hear. */
  readonly energy: number
}

export interface CallFigures {
  readonly inbound: InboundFigures | undefined
  readonly outbound: DirectionFigures | undefined
  readonly dtlsState: string
  readonly srtpCipher: string
  /** `host udp 127.0.0.1` and the like, of the selected pair. */
  readonly localCandidate: string
  readonly remoteCandidate: string
}

export interface CallState {
  readonly phase: 'ringing' | 'confirmed' | 'ended'
  /** `200` for what was answered; the cause as JsSIP names it for what ended. */
  readonly cause: string
  readonly endedBy: 'local' | 'remote' | 'system' | undefined
  readonly direction: 'incoming' | 'outgoing'
  readonly remoteUser: string
  readonly localSdp: string
  readonly remoteSdp: string
  /** From the first message to ICE and DTLS being done, milliseconds. */
  readonly connectedMs: number | undefined
}

/** What is heard at this moment: the strongest frequency and its level. */
export interface Heard {
  readonly peakHz: number
  /** dBFS of the strongest bin; -Infinity arrives as null. */
  readonly peakDb: number | null
}

/** Methods that the page has at `window.phone`; each is bounded in time. */
export interface PagePhone {
  start(settings: PageSettings): Promise<void>
  /** Sends an INVITE; returns the number of the call at once. */
  call(user: string): number
  /** Waits for a call in the phase, or for its end; calls are numbered in order of arrival and sending. */
  reached(call: number, phase: CallState['phase'], withinMs: number): Promise<CallState>
  state(call: number): CallState
  /** Those at the end for a call that has ended. */
  figures(call: number): Promise<CallFigures>
  heard(call: number): Heard
  /** No RTP leaves any more; nothing is negotiated anew. */
  stopSending(call: number): Promise<void>
  dtmf(call: number, digits: string): Promise<void>
  hold(call: number): Promise<void>
  resume(call: number): Promise<void>
  hangUp(call: number): void
  stop(): Promise<void>
}
