import { type CodecWord, codecWords } from '../../model/codec.js'
import { choice, expected, mapping, oneOrMany, role } from '../fields.js'
import { accepted } from './hold.js'
import { defineStep, type Step, shortOrBare } from './step.js'

const directions = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const
const codecNames = Object.keys(codecWords) as [CodecWord, ...CodecWord[]]

export interface OfferStep {
  readonly name: string
  readonly help: string
  readonly method: 'INVITE' | 'UPDATE'
  /** A step between a call and its end. */
  readonly example: string
}

/** A step that sends a new offer within the call; the request that carries it is all that such steps differ in. */
export const offerStep = ({ name, help, method, example }: OfferStep): Step =>
  defineStep({
    name,
    help,
    contexts: ['flow', 'when called'],
    effect: 'needs',
    arguments: mapping({
      direction: choice(directions).optional().describe('direction of the audio offered, sendrecv when left out'),
      codecs: oneOrMany(choice(codecNames), 'expected a list of codecs')
        .refine((words) => words.length > 0, { error: 'an offer needs a codec' })
        .optional()
        .describe('offered from here on, in order of preference; those offered before when left out'),
      keys: choice(['same', 'new']).optional().describe('new: media: sdes offers other keys; same when left out'),
      by: role.optional().describe('who offers; the side whose steps these are when left out'),
      expect: expected.optional().describe('the final status, 2xx when left out'),
    }),
    short: shortOrBare(`${name} sendonly`, 'direction'),
    example: `- call: { from: browser, to: phone }\n- ${example}\n- hang up`,
    compile: (values, at) => [
      {
        op: 're-invite',
        by: values.by ?? at.ownRole,
        direction: values.direction ?? 'sendrecv',
        codecs: values.codecs?.map((word) => codecWords[word]),
        keys: values.keys ?? 'same',
        method,
        expect: values.expect ?? accepted,
      },
    ],
  })
