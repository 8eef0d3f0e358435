import type { AudioSource, Heard } from './figures.js'

/** What a call sends and what it hears, in one audio graph for the page. */
export class CallAudio {
  readonly #context: AudioContext
  readonly #sent: MediaStreamAudioDestinationNode
  readonly #heard: AnalyserNode
  readonly #source: AudioSource
  #microphone: MediaStream | undefined

  private constructor(context: AudioContext, source: AudioSource) {
    this.#context = context
    this.#source = source
    this.#sent = new MediaStreamAudioDestinationNode(context, { channelCount: 1 })
    this.#heard = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 })
  }

  static async open(context: AudioContext, source: AudioSource, toneHz: number): Promise<CallAudio> {
    const audio = new CallAudio(context, source)
    if (source === 'tone') {
      const tone = new OscillatorNode(context, { frequency: toneHz })
      tone.connect(new GainNode(context, { gain: 0.3 })).connect(audio.#sent)
      tone.start()
    }
    if (source === 'bare') await context.suspend()
    if (source === 'microphone' || source === 'bare') {
      // What the browser would do to a voice would change what the test compares.
      const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
      audio.#microphone = await navigator.mediaDevices.getUserMedia({ audio: plain })
    }
    return audio
  }

  get sent(): MediaStream {
    return this.#microphone ?? this.#sent.stream
  }

  hear(track: MediaStreamTrack): void {
    const stream = new MediaStream([track])
    // Chromium decodes a remote track only where an element plays it, and measures levels behind the element's volume;
    // the graph alone would get silence.
    const element = new Audio()
    element.srcObject = stream
    void element.play()
    if (this.#source === 'bare') return
    const remote = new MediaStreamAudioSourceNode(this.#context, { mediaStream: stream })
    remote.connect(this.#heard)
    if (this.#source === 'echo') remote.connect(this.#sent)
  }

  heard(): Heard {
    const levels = new Float32Array(this.#heard.frequencyBinCount)
    this.#heard.getFloatFrequencyData(levels)
    let peak = 0
    for (let i = 1; i < levels.length; i++) if ((levels[i] ?? 0) > (levels[peak] ?? 0)) peak = i
    const db = levels[peak] ?? Number.NEGATIVE_INFINITY
    const hz = (peak * this.#context.sampleRate) / this.#heard.fftSize
    return { peakHz: hz, peakDb: Number.isFinite(db) ? db : null }
  }
}
