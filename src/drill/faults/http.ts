import * as z from 'zod'
import { choice, headers, mapping, positiveMilliseconds, text } from '../../scenario/fields.js'
import { defineFault } from '../fault.js'
import { callHook, type HookRequest } from '../undo.js'

const USUAL_TIMEOUT_MS = 10_000
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

const request = {
  method: choice(methods).optional().describe('POST when left out'),
  url: text.describe('http:// or https://'),
  headers: headers.optional().describe('header fields'),
  body: text.optional().describe('what is sent'),
}

type Section = z.output<z.ZodObject<typeof request>>

function hookOf({ method = 'POST', url, headers: fields = {}, body }: Section, timeoutMs: number): HookRequest {
  const flat = Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, values.join(', ')]))
  return { method, url, headers: flat, body, timeoutMs }
}

const isUrl = (value: string): boolean => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)

export const http = defineFault({
  word: 'http',
  help: 'calls an HTTP hook, and another to undo it; an answer other than 2xx is a failure',
  settings: mapping({
    ...request,
    undo: z
      .union([z.literal('none'), mapping(request)], { error: 'expected another request, or none' })
      .describe('the request that undoes it, or none'),
    timeout: positiveMilliseconds.optional().describe('how long either may take, 10s when left out'),
  }),
  example:
    '- at: 30s\n  for: 20s\n  http: { url: "http://127.0.0.1:9000/fail", undo: { url: "http://127.0.0.1:9000/heal" } }',
  subjects: ({ url }) => [`http ${url}`],
  check({ url, undo }, place) {
    if (!isUrl(url)) place.problem(`"${url}" is not an http:// or https:// URL`, 'url')
    if (undo !== 'none' && !isUrl(undo.url))
      place.problem(`"${undo.url}" is not an http:// or https:// URL`, 'undo', 'url')
  },
  async prepare(settings) {
    const { undo, timeout = USUAL_TIMEOUT_MS } = settings
    const there = hookOf(settings, timeout)
    const back = undo === 'none' ? undefined : hookOf(undo, timeout)
    // The library behind fetch is loaded by its first use, which takes its time: not in the midst of load.
    new Request(there.url)
    return {
      does: `${there.method} ${there.url}`,
      undoes: back ? `${back.method} ${back.url}` : 'nobody undoes it',
      undos: back ? [{ kind: 'http', request: back }] : [],
      inForce: 'begun',
      undone: back !== undefined,
      make: () => callHook(there),
      undo: async () => (back ? await callHook(back) : undefined),
    }
  },
})
