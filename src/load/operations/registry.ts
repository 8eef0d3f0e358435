import type { Operation } from '../../model/instruction.js'
import { call } from './call.js'
import { answer, neverAnswer, reject, ring } from './called.js'
import { fail, jump, set } from './control.js'
import { dtmf, expectDtmf } from './dtmf.js'
import { hangUp } from './hang-up.js'
import { register, reInvite, request, transfer } from './in-dialog.js'
import { receive, send } from './raw.js'
import type { OperationOf, Runner } from './runner.js'
import { wait } from './wait.js'

/** One runner for every primitive operation; adding one is a file and a line. */
export const runners: { readonly [K in Operation['op']]: Runner<OperationOf<K>> } = {
  call,
  wait,
  'hang-up': hangUp,
  dtmf,
  'expect-dtmf': expectDtmf,
  're-invite': reInvite,
  transfer,
  request,
  register,
  ring,
  answer,
  reject,
  'never-answer': neverAnswer,
  send,
  receive,
  set,
  jump,
  fail,
}
