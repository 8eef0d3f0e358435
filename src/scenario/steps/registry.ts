import { answer } from './answer.js'
import { call } from './call.js'
import { chance } from './chance.js'
import { dtmf } from './dtmf.js'
import { earlyMedia } from './early-media.js'
import { expectDtmf } from './expect-dtmf.js'
import { fail } from './fail.js'
import { goTo } from './go-to.js'
import { hangUp } from './hang-up.js'
import { hold } from './hold.js'
import { ifStep } from './if.js'
import { info } from './info.js'
import { label } from './label.js'
import { message } from './message.js'
import { neverAnswer } from './never-answer.js'
import { options } from './options.js'
import { reInvite } from './re-invite.js'
import { receive } from './receive.js'
import { register } from './register.js'
import { reject } from './reject.js'
import { repeat } from './repeat.js'
import { resume } from './resume.js'
import { ring } from './ring.js'
import { send } from './send.js'
import { set } from './set.js'
import type { Step, StepContext } from './step.js'
import { talk } from './talk.js'
import { transfer } from './transfer.js'
import { update } from './update.js'
import { wait } from './wait.js'

/** Every step of the language, in the order of the documentation. */
export const steps: readonly Step[] = [
  call,
  talk,
  wait,
  hangUp,
  dtmf,
  expectDtmf,
  hold,
  resume,
  reInvite,
  update,
  transfer,
  register,
  options,
  message,
  info,
  ring,
  earlyMedia,
  answer,
  reject,
  neverAnswer,
  send,
  receive,
  set,
  ifStep,
  chance,
  repeat,
  label,
  goTo,
  fail,
]

export const stepsByName: ReadonlyMap<string, Step> = new Map(steps.map((step) => [step.name, step]))

/** Names of the steps that belong in a context. */
export const stepNames = (context: StepContext): string[] =>
  steps.filter((step) => step.contexts.includes(context)).map((step) => step.name)

const longestFirst = [...steps].sort((a, b) => b.name.length - a.name.length)

/** The step that a short form such as `ring 200ms` begins with, and what follows its name. */
export function findStep(source: string): { step: Step; rest: string } | undefined {
  const words = source.trim().replace(/\s+/g, ' ')
  const step = longestFirst.find(({ name }) => words === name || words.startsWith(`${name} `))
  return step && { step, rest: words.slice(step.name.length).trim() }
}
