import type { MessagePattern } from '../../model/instruction.js'
import type { SipMessage } from '../../sip/message/sip-message.js'
import { latin1ToUtf8 } from '../../sip/message/wire.js'
import type { ProgramRun } from '../program-run.js'
import { RawConversation } from '../raw-conversation.js'
import { meets, type OperationOf, type Runner } from './runner.js'

/** The raw conversations of a run, one for each group that it speaks as. */
const conversations = new WeakMap<ProgramRun, Map<string, RawConversation>>()

function conversationOf(run: ProgramRun, group: string, use: (conversation: RawConversation) => void): void {
  const known = conversations.get(run) ?? new Map<string, RawConversation>()
  conversations.set(run, known)
  const conversation = known.get(group)
  if (conversation) {
    use(conversation)
    return
  }
  run.party.withPhone(group, (phone) => {
    const made = new RawConversation(phone, (message) => run.event('message', message.status, undefined, message))
    known.set(group, made)
    use(made)
  })
}

/** Sends a message byte for byte as written, with its slots filled. */
export const send: Runner<OperationOf<'send'>> = {
  start(run, operation) {
    conversationOf(run, operation.as, (conversation) => {
      const to = operation.to?.render(run.party.variables)
      const message = operation.message.render(run.party.variables)
      // A call by hand is a call: the limits hold for it as well.
      const called = /^INVITE\s+(\S+)/i.exec(message)?.[1]
      if (called === undefined) deliver(run, conversation, message, to)
      else {
        const refusal = run.party.refusal(called)
        if (refusal === undefined) run.party.admitCall(() => deliver(run, conversation, message, to))
        else run.finish('unexpected', refusal)
      }
    })
  },
}

function deliver(run: ProgramRun, conversation: RawConversation, message: string, to: string | undefined): void {
  if (run.finished) return
  const problem = conversation.send(message, to)
  if (problem === undefined) run.advance()
  else run.finish('transport', problem)
}

/** Waits for a message that matches; what else arrives meanwhile is kept for later steps. */
export const receive: Runner<OperationOf<'receive'>> = {
  start(run, operation) {
    conversationOf(run, operation.as, (conversation) => {
      const kept = conversation.take((message) => matches(message, operation.match))
      if (kept) {
        capture(run, kept, operation.match)
        run.advance()
      } else run.waitMs(operation.withinMs)
    })
  },
  event(run, operation, kind, _status, _session, message) {
    if (kind === 'message' && message) {
      if (!matches(message, operation.match)) return true
      conversationOf(run, operation.as, (conversation) => conversation.take((kept) => kept === message))
      capture(run, message, operation.match)
      run.advance()
      return true
    }
    if (kind !== 'timer') return false
    if (operation.otherwise !== undefined) run.goTo(operation.otherwise)
    else if (operation.optional) run.advance()
    else run.finish('unexpected', `${describe(operation.match)} did not arrive within ${operation.withinMs} ms`)
    return true
  },
}

function matches(message: SipMessage, pattern: MessagePattern): boolean {
  if (pattern.method !== undefined && message.method !== pattern.method) return false
  if (pattern.status && (message.isRequest || !meets(pattern.status, message.status))) return false
  return pattern.require.every((rule) =>
    textAt(message, rule.where, rule.header).some((text) => rule.pattern.test(text)),
  )
}

function textAt(message: SipMessage, where: 'header' | 'body' | 'message', header: string | undefined): string[] {
  if (where === 'header') return message.getAll(header ?? '').map(latin1ToUtf8)
  if (where === 'body') return [latin1ToUtf8(message.bodyText)]
  return [Buffer.from(message.bytes).toString('utf8')]
}

/** Stores what the patterns found; a pattern without groups stores the whole value. */
function capture(run: ProgramRun, message: SipMessage, pattern: MessagePattern): void {
  if (message.status >= 200) run.party.noteStatus(message.status)
  for (const { name, where, header, pattern: expression } of pattern.captures) {
    for (const text of textAt(message, where, header)) {
      const found = expression ? expression.exec(text) : [text]
      if (!found) continue
      run.party.variables[name] = found[1] ?? found[0] ?? ''
      break
    }
  }
}

const describe = (pattern: MessagePattern): string => {
  if (pattern.method !== undefined) return pattern.method
  const status = pattern.status
  return status
    ? `a response ${[...status.codes, ...status.classes.map((digit) => `${digit}xx`)].join(' or ')}`
    : 'a message'
}
