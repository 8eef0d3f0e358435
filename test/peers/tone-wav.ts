export interface Tone {
  readonly hz: number
  readonly seconds: number
  readonly rate: number
  readonly channels?: number
  /** Peak, 0 to 1. */
  readonly level?: number
}

const headerBytes = 44

/** A WAV file of a pure tone, 16 bits a sample. */
export function toneWav({ hz, seconds, rate, channels = 1, level = 0.3 }: Tone): Buffer {
  const frames = Math.round(seconds * rate)
  const bytes = Buffer.alloc(headerBytes + frames * channels * 2)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(channels, 22)
  bytes.writeUInt32LE(rate, 24)
  bytes.writeUInt32LE(rate * channels * 2, 28)
  bytes.writeUInt16LE(channels * 2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(bytes.length - headerBytes, 40)
  for (let frame = 0; frame < frames; frame++) {
    const sample = Math.round(32_767 * level * Math.sin((2 * Math.PI * hz * frame) / rate))
    for (let channel = 0; channel < channels; channel++) {
      bytes.writeInt16LE(sample, headerBytes + (frame * channels + channel) * 2)
    }
  }
  return bytes
}

/** Samples of the first channel of a WAV file of 16 bits a sample, and their rate. */
export function readWav(bytes: Buffer): { readonly rate: number; readonly samples: readonly number[] } {
  const rate = bytes.readUInt32LE(24)
  const channels = bytes.readUInt16LE(22)
  const samples: number[] = []
  // A recording that was not closed has no length in its header, so everything behind the header counts.
  for (let at = headerBytes; at + 2 * channels <= bytes.length; at += 2 * channels) samples.push(bytes.readInt16LE(at))
  return { rate, samples }
}

/** Long enough to tell tones 20 Hz apart, short enough that one slip of a sound card's clock spoils one block only. */
const blockSeconds = 0.05

/** Share of the energy of the samples that is at one frequency, 0 to 1: 1 for a pure tone. */
export function shareAt(samples: readonly number[], rate: number, hz: number): number {
  const length = Math.round(rate * blockSeconds)
  let [power, energy] = [0, 0]
  for (let at = 0; at + length <= samples.length; at += length) {
    const block = samples.slice(at, at + length)
    power += (2 * goertzel(block, rate, hz)) / length
    energy += block.reduce((sum, sample) => sum + sample * sample, 0)
  }
  return energy === 0 ? 0 : power / energy
}

/** Squared magnitude of the spectrum at one frequency. */
function goertzel(samples: readonly number[], rate: number, hz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / rate)
  let [previous, before] = [0, 0]
  for (const sample of samples) {
    const next = sample + coefficient * previous - before
    before = previous
    previous = next
  }
  return previous * previous + before * before - coefficient * previous * before
}
