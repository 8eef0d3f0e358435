import type { Operation } from '../../model/instruction.js'
import { expected, headers, role, text } from '../fields.js'
import { accepted } from './hold.js'
import type { StepPlace } from './step.js'

/** Arguments that OPTIONS and MESSAGE share: with `from` they go outside a call, otherwise within it. */
export const requestFields = {
  from: text.optional().describe('the group that sends it outside a call; within the call when left out'),
  to: text.optional().describe('URI it is meant for, the gateway when left out'),
  by: role.optional().describe('within the call: who sends; the side whose steps these are when left out'),
  expect: expected.optional().describe('the final status, 2xx when left out'),
  headers: headers.optional().describe('header fields to add'),
} as const

interface RequestValues {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly by?: 'caller' | 'callee' | undefined
  readonly expect?: { readonly codes: readonly number[]; readonly classes: readonly number[] } | undefined
  readonly headers?: Readonly<Record<string, readonly string[]>> | undefined
}

interface Content {
  readonly contentType: string
  readonly body: string
  /** The argument that holds the body. */
  readonly key: string
}

/** One request within the call or, with `from`, outside any. */
export function requestOperation(
  method: string,
  values: RequestValues,
  content: Content | undefined,
  at: StepPlace,
): Operation {
  const { from, to, by } = values
  if (from === undefined) {
    at.needCall()
    if (to !== undefined) {
      at.reading.problem([...at.path, 'to'], '"to" is for a request outside a call; add "from" with a group', {
        key: true,
      })
    }
  } else if (by !== undefined) {
    at.reading.problem(
      [...at.path, 'by'],
      '"by" is for a request within a call, and "from" for one outside; keep one',
      { key: true },
    )
  }
  return {
    op: 'request',
    by: by ?? at.ownRole,
    agent: from === undefined ? undefined : at.group(from, 'from'),
    method,
    to: to === undefined ? undefined : at.text(to, 'to'),
    contentType: content && at.text(content.contentType, 'content type'),
    body: content && at.text(content.body, content.key),
    headers: at.headers(values.headers, 'headers'),
    expect: values.expect ?? accepted,
    inDialog: from === undefined,
  }
}
