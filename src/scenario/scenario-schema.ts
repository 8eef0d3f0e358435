import * as z from 'zod'
import { groupSchema } from './agents-schema.js'
import { captureSchema } from './capture-section.js'
import { conformanceSchema } from './conformance-section.js'
import { dnsSchema } from './dns-section.js'
import { faultsSchema } from './faults-section.js'
import {
  choice,
  count,
  integer,
  mapping,
  milliseconds,
  oneOrMany,
  positiveMilliseconds,
  rate,
  steps,
  text,
} from './fields.js'
import { gatewaySchema } from './gateway-section.js'
import { loadSchema } from './load-section.js'

const scalar = z.union([z.string(), z.number(), z.boolean()], { error: 'expected a text or a number' })

export const inputSchema = mapping({
  default: scalar
    .optional()
    .describe('used unless --set NAME=VALUE gives another; without one the input must be given'),
  help: text.optional().describe('what it is for'),
})

/** More would take longer than anybody waits for one command. */
const repetitions = integer(1, 100)

const names = (item: z.ZodType, error: string) => z.record(z.string(), item, { error })

/** The sections of a scenario file, in the order of the documentation. */
export const sections = {
  version: z.literal(1, { error: 'this siploadgen reads version 1' }).describe('version of the language; comes first'),
  name: text.optional().describe('what results call the scenario; the file name when left out'),
  inputs: names(inputSchema, 'expected a mapping of names to { default, help }')
    .optional()
    .describe(`values that --set can change; \${NAME} stands for them`),
  gateway: gatewaySchema
    .optional()
    .describe('where agents send: embedded, none, a host, or targets; embedded when left out'),
  agents: names(groupSchema, 'expected a mapping of names to groups of agents').describe('groups of phones'),
  flows: names(steps('flow'), 'expected a mapping of names to lists of steps')
    .optional()
    .describe('what calls do, step by step'),
  load: loadSchema.describe('how many calls, and when'),
  faults: faultsSchema.optional().describe('what is broken on purpose, when, and for how long'),
  repeat: z
    .union(
      [
        repetitions,
        mapping({
          times: repetitions.describe('how often, from 1 to 100'),
          rest: milliseconds.optional().describe('between two runs, 10s when left out'),
        }),
      ],
      { error: 'expected a number of runs such as 3, or { times: 3, rest: 30s }' },
    )
    .optional()
    .describe('runs the whole scenario several times and reports the spread'),
  warmup: positiveMilliseconds.optional().describe('time at the start that is not judged'),
  expect: z
    .array(text, { error: 'expected a list of thresholds' })
    .optional()
    .describe('thresholds that make the verdict'),
  hearing: mapping({
    late: positiveMilliseconds
      .optional()
      .describe('audio that takes longer from mouth to ear is late, 400ms (ITU-T G.114)'),
    gap: positiveMilliseconds.optional().describe('audio that is missing for so long is a gap, 300ms'),
  })
    .optional()
    .describe('what calls are said to have heard'),
  limits: mapping({
    'calls per second': rate.optional().describe('load above this is refused'),
    'concurrent calls': count().optional().describe('calls in progress never exceed this'),
    numbers: oneOrMany(text, 'expected a number or a list of them').optional().describe('prefixes that may be dialled'),
  })
    .optional()
    .describe('what no run may exceed'),
  allow: oneOrMany(text, 'expected a host or a list of hosts')
    .optional()
    .describe('hosts outside private networks that may be called'),
  timers: mapping({
    t1: positiveMilliseconds.optional().describe('RFC 3261 17.1.1.1, 500ms when left out'),
    t2: positiveMilliseconds.optional().describe('RFC 3261 17.1.2.2, 4s when left out'),
    t4: positiveMilliseconds.optional().describe('RFC 3261 17.1.2.2, 5s when left out'),
  })
    .optional()
    .describe('SIP timers'),
  failover: mapping({
    avoid: positiveMilliseconds
      .optional()
      .describe('a target that failed is left alone for so long, unless a Retry-After says how long; 30s'),
    'zombie after': positiveMilliseconds
      .optional()
      .describe('a call is a zombie when its audio has been away for so long since a fault, 60s'),
  })
    .optional()
    .describe('how agents leave targets that fail, and what is made of calls that a fault has hit'),
  dns: dnsSchema.optional().describe('name resolution'),
  samples: mapping({ calls: integer(0, 1000).describe('calls of which every message is kept') })
    .optional()
    .describe('calls kept in detail'),
  capture: captureSchema.optional().describe('writes the traffic of the run into capture.pcapng, in clear'),
  conformance: conformanceSchema
    .optional()
    .describe('judges the SIP of the run by the RFCs while it happens; an error fails the run'),
  record: mapping({
    calls: choice(['failed', 'sampled']).describe('of the sampled calls those that failed, or all'),
    longest: positiveMilliseconds
      .refine((ms) => ms <= 600_000, { error: 'a recording is at most 10m long' })
      .optional()
      .describe('of each direction from its first packet on, 60s when left out'),
  })
    .optional()
    .describe('keeps what was heard as WAV files in `recordings/`'),
  seed: integer(0, 0xffff_ffff).optional().describe('the same seed gives the same run'),
} as const

export type Sections = { readonly [Name in keyof typeof sections]: z.output<(typeof sections)[Name]> | undefined }

export const scenarioSchema = mapping(sections)

/** An input as the file declares it. */
export type InputSection = z.output<typeof inputSchema>
