import { readFileSync } from 'node:fs'
import { type Place, SiploadgenError } from '../base/errors.js'
import { type RunResult, resultSchema } from '../model/result.js'

type Shape = 'text' | 'number' | 'flag' | 'list' | 'object' | 'numbers' | 'texts' | readonly string[]

/** What every reporter relies on, by path. Names that later versions add are let through. */
const required: readonly (readonly [path: string, shape: Shape])[] = [
  ['verdict', ['pass', 'fail', 'inconclusive']],
  ['reasons', 'texts'],
  ['scenario.name', 'text'],
  ['scenario.file', 'text'],
  ['scenario.sha256', 'text'],
  ['scenario.inputs', 'object'],
  ['environment.version', 'text'],
  ['environment.node', 'text'],
  ['environment.os', 'text'],
  ['environment.cpu', 'text'],
  ['environment.startedAt', 'text'],
  ['environment.durationSeconds', 'number'],
  ['environment.shards', 'number'],
  ['environment.packetIo', 'text'],
  ['environment.packetIoReason', 'text'],
  ['checks', 'list'],
  ['checks[].id', 'text'],
  ['checks[].title', 'text'],
  ['checks[].verdict', ['pass', 'fail', 'inconclusive']],
  ['checks[].measured', 'text'],
  ['checks[].wanted', 'text'],
  ['checks[].source', 'text'],
  ['metrics', 'list'],
  ['metrics[].name', 'text'],
  ['metrics[].tags', 'object'],
  ['metrics[].kind', ['histogram', 'ratio', 'counter', 'gauge']],
  ['metrics[].unit', 'text'],
  ['calls.attempted', 'number'],
  ['calls.established', 'number'],
  ['calls.completed', 'number'],
  ['calls.failed', 'number'],
  ['calls.byOutcome', 'numbers'],
  ['calls.byStatus', 'numbers'],
  ['calls.failures', 'numbers'],
  ['agents', 'object'],
  ['targets', 'list'],
  ['media.streams', 'number'],
  ['media.packetsSent', 'number'],
  ['media.packetsReceived', 'number'],
  ['media.packetsLost', 'number'],
  ['media.models', 'list'],
  ['faults', 'list'],
  ['findings', 'list'],
  ['coverage.rules', 'object'],
  ['samples', 'list'],
  ['samples[].call', 'number'],
  ['samples[].outcome', 'text'],
  ['samples[].reason', 'text'],
  ['samples[].legs', 'list'],
  ['samples[].ladder', 'list'],
  ['samples[].sdp', 'list'],
  ['generator.cpuSeconds', 'number'],
  ['generator.socketDrops', 'number'],
  ['generator.saturated', 'flag'],
  ['generator.reasons', 'texts'],
  ['generator.malformed', 'numbers'],
  ['timeline.stepSeconds', 'number'],
  ['timeline.points', 'list'],
  ['timeline.slices', 'list'],
]

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function fits(value: unknown, shape: Shape): boolean {
  switch (shape) {
    case 'text':
      return typeof value === 'string'
    case 'number':
      return typeof value === 'number'
    case 'flag':
      return typeof value === 'boolean'
    case 'list':
      return Array.isArray(value)
    case 'object':
      return isObject(value)
    case 'numbers':
      return isObject(value) && Object.values(value).every((each) => typeof each === 'number')
    case 'texts':
      return Array.isArray(value) && value.every((each) => typeof each === 'string')
    default:
      return typeof value === 'string' && shape.includes(value)
  }
}

const wantedText = (shape: Shape): string => (typeof shape === 'string' ? shape : `one of ${shape.join(', ')}`)

/** Values at a path, with the path of each; `[]` stands for every element of a list. */
function valuesAt(value: unknown, path: string): { value: unknown; path: string }[] {
  let found = [{ value, path: '' }]
  for (const key of path.replaceAll('[]', '.[]').split('.')) {
    found = found.flatMap(({ value: each, path: at }) => {
      if (key !== '[]')
        return [{ value: isObject(each) ? each[key] : undefined, path: at === '' ? key : `${at}.${key}` }]
      return Array.isArray(each) ? each.map((element, index) => ({ value: element, path: `${at}[${index}]` })) : []
    })
  }
  return found
}

/** Where in the text a JSON error lies, as far as the engine tells. */
function placeOf(file: string, text: string, error: unknown): Place {
  const message = error instanceof Error ? error.message : ''
  const position = /at position (\d+)/.exec(message)?.[1]
  const before = position === undefined ? text : text.slice(0, Number(position))
  const line = before.split('\n').length
  return { file, line, column: before.length - before.lastIndexOf('\n') }
}

const unreadable = (file: string, detail: string, place?: Place, cause?: unknown): SiploadgenError =>
  new SiploadgenError('result/unreadable', place === undefined ? `${file}: ${detail}` : detail, {
    ...(place === undefined ? {} : { place }),
    cause,
  })

/** Reads the text of a `result.json`; a {@link SiploadgenError} tells where it is not one. */
export function parseResult(text: string, file: string): RunResult {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const detail = text.trim() === '' ? 'the file is empty' : 'the file is not valid JSON'
    throw unreadable(file, detail, placeOf(file, text, error), error)
  }
  const schema = isObject(value) ? value.schema : undefined
  if (schema !== resultSchema) {
    const found = typeof schema === 'string' ? `its schema is ${JSON.stringify(schema)}` : 'it has no schema'
    throw unreadable(file, `this is no result of siploadgen: ${found}, wanted ${JSON.stringify(resultSchema)}`)
  }
  for (const [path, shape] of required) {
    const wrong = valuesAt(value, path).find((each) => !fits(each.value, shape))
    if (wrong === undefined) continue
    const what = wrong.value === undefined ? 'is missing' : `is not what it should be (${wantedText(shape)})`
    throw unreadable(file, `${wrong.path} ${what}`)
  }
  return value as RunResult
}

export function readResult(file: string): RunResult {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw unreadable(file, error instanceof Error ? error.message : String(error), undefined, error)
  }
  return parseResult(text, file)
}
