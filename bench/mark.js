// How well the audio mark survives: `node bench/mark.js [--marks N] [--speech FOLDER] [--write]` after `npm run build`.
// Streams are put together as siploadgen sends them, go through codecs that are independent of it (bench/mark), and what
// comes out is searched for their marks. With --write the tables go into docs/audio-mark.md.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Rng } from '../dist/base/rng.js'
import { MarkDetector } from '../dist/media/mark/mark-detector.js'
import { momentModulus } from '../dist/media/mark/mark-format.js'
import { Speaker } from '../dist/media/mark/speaker.js'
import { openSpokenTrack } from '../dist/media/mark/spoken-track.js'
import { speechSamples } from '../dist/media/source/speech.js'

const { values: options } = parseArgs({
  options: {
    marks: { type: 'string', default: '200' },
    speech: { type: 'string', default: '/usr/share/asterisk/sounds' },
    write: { type: 'boolean', default: false },
  },
})
const wantedMarks = Number(options.marks)
const rate = 8000
const ptimeMs = 20
const sender = 0x5a17c3
const losses = [0, 0.01, 0.03, 0.05, 0.1, 0.2]
const pageFile = fileURLToPath(new URL('../docs/audio-mark.md', import.meta.url))
const begin = '<!-- figures: written by node bench/mark.js --write -->'
const end = '<!-- end of figures -->'

const folder = mkdtempSync(join(tmpdir(), 'mark-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** The tool is built where it is needed; without its libraries nothing can be measured. */
function buildTool() {
  const tool = join(folder, 'transcode')
  const source = fileURLToPath(new URL('./mark/transcode.c', import.meta.url))
  const { status, stderr } = spawnSync('cc', ['-O2', '-o', tool, source, '-lopus', '-lspandsp', '-lbcg729', '-lm'])
  if (status === 0) return tool
  console.error(`${stderr ?? ''}\nThis needs a C compiler, libopus-dev, libspandsp-dev and libbcg729-dev (Debian).`)
  process.exit(4)
}

const tool = buildTool()

function run(args, input) {
  const { status, stdout } = spawnSync(tool, args.map(String), { input, maxBuffer: 2 ** 30 })
  if (status !== 0) throw new Error(`transcode ${args.join(' ')} ended with ${status}`)
  return new Int16Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.byteLength))
}

const bytesOf = (samples) => Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)

/** Payloads of a stream with so many marks, each with its length before it, and where the marks begin. */
function speak(codec, marks) {
  const speaker = new Speaker(sender, 0)
  const track = openSpokenTrack({ kind: 'speech' }, codec, ptimeMs, new Rng(7, 'bench'), speaker)
  const parts = []
  for (let atMs = 0; speaker.marks < marks; atMs += ptimeMs) {
    const payload = track.next(atMs)
    parts.push(Buffer.from([payload.length & 255, payload.length >> 8]), Buffer.from(payload))
  }
  return Buffer.concat(parts)
}

/** A chain begins with the codec of the phone; each hop is a codec that a gateway transcodes to. */
function through(chain, loss, input) {
  const [first, ...hops] = chain.codecs
  const plc = chain.plc ?? 'codec'
  // What is lost is lost on one hop, the last one but where the chain says otherwise.
  const lossy = chain.lossyHop ?? hops.length
  let audio = run(['payloads', first.toLowerCase(), lossy === 0 ? loss : 0, 1, plc], input)
  if (chain.before) audio = chain.before(audio)
  for (const [index, hop] of hops.entries()) {
    const [codec, bitrate = 0] = hop.split(' ')
    audio = run(['samples', codec, lossy === index + 1 ? loss : 0, 1, plc, bitrate], bytesOf(audio))
  }
  return chain.after ? chain.after(audio) : audio
}

function marksIn(audio) {
  const heard = []
  const detector = new MarkDetector({ onMark: (mark) => heard.push({ ...mark }), onLevel() {} })
  detector.push(audio)
  detector.finish()
  return heard
}

/** Delay in ms of `audio` against `reference`, by the peak of their cross-correlation. */
function lagMs(reference, audio) {
  let best = Number.NEGATIVE_INFINITY
  let lag = 0
  for (let shift = 0; shift < 60 * (rate / 1000); shift++) {
    let sum = 0
    for (let i = 0; i < 12 * rate; i++) sum += (reference[i] ?? 0) * (audio[i + shift] ?? 0)
    if (sum > best) {
      best = sum
      lag = shift
    }
  }
  return (lag * 1000) / rate
}

const gain = (decibels) => (audio) =>
  audio.map((sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * 10 ** (decibels / 20)))))

/** A clock that is so many parts in a million fast. */
const drift = (parts) => (audio) =>
  audio.map((_, i) => {
    const at = i * (1 + parts / 1e6)
    const below = Math.floor(at)
    return Math.round((audio[below] ?? 0) * (1 - at + below) + (audio[below + 1] ?? 0) * (at - below))
  })

const chains = [
  { title: 'PCMU, lost packets silent', codecs: ['PCMU'], plc: 'silence' },
  { title: 'PCMU, last packet repeated', codecs: ['PCMU'] },
  { title: 'PCMA, last packet repeated', codecs: ['PCMA'] },
  { title: 'G.722, last packet repeated', codecs: ['G722'] },
  { title: 'Opus 32 kbit/s, concealed by libopus', codecs: ['opus'] },
  { title: 'Opus, lost packets silent', codecs: ['opus'], plc: 'silence' },
  { title: 'Opus (loss here), PCMU', codecs: ['opus', 'pcmu'], lossyHop: 0 },
  { title: 'PCMU, G.729 (concealed by bcg729)', codecs: ['PCMU', 'g729'] },
  { title: 'PCMU, Opus 8 kbit/s (SILK, 4 kHz)', codecs: ['PCMU', 'opus 8000'] },
  { title: 'PCMU, Opus 16 kbit/s (SILK)', codecs: ['PCMU', 'opus 16000'] },
  { title: 'PCMU, Opus 64 kbit/s (CELT)', codecs: ['PCMU', 'opus 64000'] },
  { title: 'Opus, G.729', codecs: ['opus', 'g729'] },
  { title: 'G.722, G.729, PCMA', codecs: ['G722', 'g729', 'pcma'], lossyHop: 1 },
  { title: 'PCMU, G.729, Opus 16 kbit/s', codecs: ['PCMU', 'g729', 'opus 16000'] },
  { title: 'PCMA, G.729, G.729', codecs: ['PCMA', 'g729', 'g729'] },
  { title: 'PCMU at -20 dB, G.729', codecs: ['PCMU', 'g729'], before: gain(-20) },
  { title: 'PCMU at +6 dB, G.729', codecs: ['PCMU', 'g729'], before: gain(6) },
  { title: 'PCMU, its clock 100 ppm fast', codecs: ['PCMU'], after: drift(100), plc: 'silence', pace: 1 + 100 / 1e6 },
]

function measure(chain, loss, input, codecLagMs) {
  const audio = through(chain, loss, input)
  let found = 0
  let doubtful = 0
  let wrong = 0
  const errors = []
  for (const mark of marksIn(audio)) {
    const shift = mark.startMs * (chain.pace ?? 1) - codecLagMs - mark.moment
    const error = shift - Math.round(shift / momentModulus) * momentModulus
    if (mark.sender !== sender || Math.abs(error) > 100) {
      if (mark.isSure) wrong++
      else doubtful++
      continue
    }
    found++
    errors.push(Math.abs(error))
  }
  errors.sort((a, b) => a - b)
  const at = (share) => errors[Math.min(errors.length - 1, Math.floor(share * errors.length))] ?? Number.NaN
  return { found, doubtful, wrong, median: at(0.5), p95: at(0.95) }
}

function survival() {
  const inputs = new Map()
  const reference = run(['payloads', 'pcmu', 0, 1, 'silence'], speak('PCMU', 8))
  const lines = [
    `| codecs, in order | their delay | ${losses.map((loss) => `${loss * 100} % lost`).join(' | ')} |`,
    `|---|---|${losses.map(() => '---').join('|')}|`,
  ]
  let mistaken = 0
  let doubtful = 0
  let total = 0
  for (const chain of chains) {
    const [codec] = chain.codecs
    if (!inputs.has(codec)) inputs.set(codec, speak(codec, wantedMarks))
    const input = inputs.get(codec)
    const lag = lagMs(reference, through({ ...chain, after: undefined }, 0, input))
    const cells = losses.map((loss) => {
      const result = measure(chain, loss, input, lag)
      mistaken += result.wrong
      doubtful += result.doubtful
      total += wantedMarks
      return `${((100 * result.found) / wantedMarks).toFixed(1)} %, ${result.median.toFixed(1)} / ${result.p95.toFixed(1)} ms`
    })
    lines.push(`| ${chain.title} | ${lag.toFixed(1)} ms | ${cells.join(' | ')} |`)
    console.log(lines.at(-1))
  }
  return { lines, mistaken, doubtful, total }
}

const wavFiles = (path) =>
  readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return wavFiles(join(path, entry.name))
    return entry.name.endsWith('.wav') ? [join(path, entry.name)] : []
  })

/** 16-bit mono at 8 kHz behind a header of 44 bytes, as Debian's asterisk-core-sounds-en-wav has them. */
function humanSpeech() {
  let files = []
  try {
    files = wavFiles(options.speech)
  } catch {
    return undefined
  }
  const parts = files.map((file) => readFileSync(file).subarray(44))
  const bytes = Buffer.concat(parts.map((part) => part.subarray(0, part.length & ~1)))
  return bytes.length === 0 ? undefined : new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1)
}

function falseAlarms() {
  const rng = new Rng(1, 'alarms')
  const speech = speechSamples(rate)
  const tone = (hz, i) => Math.sin((2 * Math.PI * hz * i) / rate)
  const make = (sample) => Int16Array.from({ length: 1800 * rate }, (_, i) => Math.round(sample(i)))
  const kinds = [
    ['human speech (Asterisk prompts)', humanSpeech()],
    ['built-in speech', make((i) => speech[i % speech.length] ?? 0)],
    ['white noise', make(() => rng.normal(0, 3000))],
    ['ringback 440 + 480 Hz', make((i) => ((i / rate) % 6 < 2 ? 5000 * (tone(440, i) + tone(480, i)) : 0))],
    ['DTMF', make((i) => ((i / rate) % 0.2 < 0.1 ? 6000 * (tone(941, i) + tone(1477, i)) : 0))],
    ['random tones of the mark', make((i) => 8000 * tone(800 + 100 * ((Math.floor(i / 320) * 7919) % 16), i))],
  ]
  const lines = [
    '| audio without a mark | minutes | marks found: plain | through G.729, 20 % lost |',
    '|---|---|---|---|',
  ]
  for (const [name, audio] of kinds) {
    if (!audio) continue
    const coded = run(['samples', 'g729', 0.2, 5, 'codec', 0], bytesOf(audio))
    const minutes = (audio.length / rate / 60).toFixed(0)
    lines.push(`| ${name} | ${minutes} | ${marksIn(audio).length} | ${marksIn(coded).length} |`)
    console.log(lines.at(-1))
  }
  return lines
}

const { lines, mistaken, doubtful, total } = survival()
const verdict =
  `Of ${total} marks sent ${mistaken} were taken for another one without doubt, and ${doubtful} with doubt: ` +
  'those count only where the same sender is heard twice.'
console.log(verdict)
const alarms = falseAlarms()
if (options.write) {
  const page = readFileSync(pageFile, 'utf8')
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${pageFile} has lost its marks`)
  const head = `${wantedMarks} marks each. Marks found, and the error of their delay: median / 95 % below.`
  const text = [head, '', ...lines, '', verdict, '', ...alarms].join('\n')
  writeFileSync(pageFile, `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`)
}
