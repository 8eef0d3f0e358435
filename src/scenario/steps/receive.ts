import * as z from 'zod'
import type { MessagePattern, Operation } from '../../model/instruction.js'
import { expected, flag, mapping, oneOrMany, positiveMilliseconds, text } from '../fields.js'
import { defineStep, type StepPlace } from './step.js'

type Search = MessagePattern['captures'][number]

const searchForm = 'write it such as `header Warning`, `header Contact /<(.+)>/` or `body /a=rtpmap:(.+)/`'
const searchPattern = /^(?:header\s+([A-Za-z0-9\-.!%*_+`'~]+)|(body|message))(?:\s+\/(.*)\/(i?))?$/s

/** `header NAME [/pattern/]`, `body /pattern/` or `message /pattern/`. */
function readSearch(source: string, at: StepPlace, ...path: (string | number)[]): Omit<Search, 'name'> | undefined {
  const wrong = (what: string) => {
    at.reading.problem([...at.path, ...path], what, { hint: searchForm })
    return undefined
  }
  const match = searchPattern.exec(source.trim())
  if (match === null) return wrong(`"${source}" does not say what to look at`)
  const [, header, where, pattern, flags] = match
  if (where !== undefined && pattern === undefined) return wrong(`"${source}" has no pattern`)
  try {
    return {
      where: where === 'body' || where === 'message' ? where : 'header',
      header,
      pattern: pattern === undefined ? undefined : new RegExp(pattern, `u${flags ?? ''}`),
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return wrong(`/${pattern}/ is not a regular expression`)
  }
}

const methodPattern = /^[A-Z][A-Z0-9.!%*_+`'~-]*$/

interface PatternValues {
  readonly request?: string | undefined
  readonly status?: MessagePattern['status']
  readonly capture?: Readonly<Record<string, string>> | undefined
  readonly require?: readonly string[] | undefined
}

function messagePattern(values: PatternValues, at: StepPlace): MessagePattern {
  const { request, status } = values
  if (request === undefined && status === undefined) {
    at.reading.problem(at.path, '"receive" says neither which request nor which status', { key: true })
  } else if (request !== undefined && status !== undefined) {
    at.reading.problem([...at.path, 'status'], 'a message is either a request or a response; keep one', { key: true })
  } else if (request !== undefined && !methodPattern.test(request)) {
    at.reading.problem([...at.path, 'request'], `"${request}" is not a method; methods are written in capitals`)
  }
  const captures = Object.entries(values.capture ?? {}).flatMap(([name, source]) => {
    if (!/^[A-Za-z_]\w*$/.test(name) || Object.hasOwn(at.reading.inputs, name)) {
      const why = Object.hasOwn(at.reading.inputs, name) ? 'is an input' : 'cannot be the name of a variable'
      at.reading.problem([...at.path, 'capture', name], `"${name}" ${why}`, { key: true })
    }
    const search = readSearch(source, at, 'capture', name)
    return search === undefined ? [] : [{ name, ...search }]
  })
  const require = (values.require ?? []).flatMap((source, i) => {
    const search = readSearch(source, at, 'require', i)
    return search === undefined ? [] : [{ ...search, pattern: search.pattern ?? /^/ }]
  })
  return { method: request, status, captures, require }
}

export const receive = defineStep({
  name: 'receive',
  help: 'Waits for a message that matches and stores parts of it in variables; other messages are left for later steps.',
  contexts: ['flow', 'when called'],
  effect: 'none',
  arguments: mapping({
    as: text.describe('the group whose agent receives'),
    request: text.optional().describe('method of a request'),
    status: expected.optional().describe('status of a response'),
    within: positiveMilliseconds.optional().describe('patience, 32s (64 times T1) when left out'),
    capture: z
      .record(z.string(), z.string({ error: `expected what to look at; ${searchForm}` }), {
        error: 'expected a mapping of names to what they store',
      })
      .optional()
      .describe('variables: `header NAME`, `header NAME /pattern/`, `body /pattern/` or `message /pattern/`'),
    require: oneOrMany(z.string(), 'expected what must match')
      .optional()
      .describe('what must match as well, written as in `capture`'),
    optional: flag.optional().describe('go on when nothing comes'),
    otherwise: text.optional().describe('label to go to when nothing comes'),
  }),
  example: `- send:
    as: phone
    message: |
      OPTIONS sip:lab.test SIP/2.0
      Via: SIP/2.0/[transport] [local];branch=[branch]
      Max-Forwards: 0
      From: <sip:probe@lab.test>;tag=[tag]
      To: <sip:lab.test>
      Call-ID: [call_id]
      CSeq: [cseq] OPTIONS
- receive: { as: phone, status: 483, within: 500ms, capture: { warning: header Warning } }`,
  compile(values, at) {
    const operation: Operation = {
      op: 'receive',
      as: at.group(values.as, 'as'),
      match: messagePattern(values, at),
      withinMs: values.within ?? 32_000,
      optional: values.optional ?? false,
      otherwise: undefined,
    }
    return [values.otherwise === undefined ? operation : { operation, goTo: at.userLabel(values.otherwise) }]
  },
})
