import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { z } from 'zod'
import { SiploadgenError } from '../base/errors.js'
import { type Profile, profiles } from './profile.js'

const severity = z.enum(['error', 'warning', 'info', 'off'])

const profileSchema = z.strictObject({
  name: z.string(),
  /** A profile whose adjustments hold where this one has none. */
  extends: z.enum(['strict', 'interop', 'webrtc-gateway']).default('interop'),
  rules: z.array(z.strictObject({ rule: z.string(), severity, reason: z.string() })),
})

const deviationSchema = z.array(
  z.strictObject({
    rule: z.string(),
    /** A regular expression that User-Agent or Server must match. */
    product: z.string(),
    reason: z.string(),
    /** After this day the deviation is a violation again. */
    expires: z.iso.date(),
  }),
)

export type KnownDeviation = z.infer<typeof deviationSchema>[number]

/** A profile by its name, or from a YAML file. */
export function loadProfile(nameOrFile: string): Profile {
  const known = profiles[nameOrFile]
  if (known !== undefined) return known
  const { name, rules, extends: parent } = read(nameOrFile, profileSchema, 'a profile')
  const inherited = profiles[parent]?.adjustments ?? []
  return { name, help: nameOrFile, adjustments: [...rules, ...inherited] }
}

const builtInFolder = new URL('../../data/deviations/', import.meta.url)

/** Products whose deviations come with the program: `kamailio` and others. */
export const knownProducts = (): readonly string[] =>
  readdirSync(builtInFolder)
    .map((name) => basename(name, '.yaml'))
    .sort()

/**
 * What products are known to do, with the reason and the day it is to be looked at again: by the name of a product, or
 * from a YAML file.
 */
export const loadKnownDeviations = (nameOrFile: string): readonly KnownDeviation[] => {
  const products = knownProducts()
  if (products.includes(nameOrFile)) {
    const file = fileURLToPath(new URL(`${nameOrFile}.yaml`, builtInFolder))
    return read(file, deviationSchema, 'a list of known deviations')
  }
  if (!existsSync(nameOrFile)) {
    const text = `known deviations of ${nameOrFile}: it is no file, and of products there are ${products.join(', ')}`
    throw new SiploadgenError('usage/profile', text)
  }
  return read(nameOrFile, deviationSchema, 'a list of known deviations')
}

function read<T>(file: string, schema: z.ZodType<T>, what: string): T {
  const fail = (detail: string, cause?: unknown): never => {
    throw new SiploadgenError('usage/profile', `${file}: ${detail}`, { cause })
  }
  try {
    const result = schema.safeParse(parse(readFileSync(file, 'utf8')))
    if (result.success) return result.data
    const [issue] = result.error.issues
    return fail(`this is not ${what}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`)
  } catch (error) {
    if (error instanceof SiploadgenError) throw error
    return fail(error instanceof Error ? error.message : String(error), error)
  }
}
