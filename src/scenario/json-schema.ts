import * as z from 'zod'
import { scenarioSchema } from './scenario-schema.js'
import { steps } from './steps/registry.js'
import type { Step, StepContext } from './steps/step.js'

export type JsonSchema = Record<string, unknown>

const stepDefinitions: Readonly<Record<StepContext, string>> = { flow: 'flowStep', 'when called': 'calledStep' }

/** Where a number, a flag or one of a few words is wanted, `${...}` over inputs may stand. */
const expressionText = { type: 'string', pattern: '\\$\\{' }

const maybeExpression = (json: JsonSchema): boolean =>
  json.type === 'integer' || json.type === 'number' || json.type === 'boolean' || Array.isArray(json.enum)

/** Lists of steps refer to the definitions of their context: nested steps to those of the program they stand in. */
function finish(json: JsonSchema, context: StepContext | undefined): void {
  delete json.kind
  if (typeof json.steps === 'string') {
    const own = context ?? (json.steps as StepContext)
    delete json.steps
    json.items = { $ref: `#/$defs/${stepDefinitions[own]}` }
  }
  if (!maybeExpression(json)) return
  const { description, ...scalar } = json
  for (const key of Object.keys(json)) delete json[key]
  Object.assign(json, { anyOf: [scalar, expressionText] }, description === undefined ? {} : { description })
}

function convert(schema: z.ZodType, context?: StepContext): JsonSchema {
  const json: JsonSchema = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: (visit) => finish(visit.jsonSchema as JsonSchema, context),
  })
  delete json.$schema
  return json
}

/** A step as a mapping of one key, and as a text where it has a short form. */
function stepSchemas(step: Step, context: StepContext): JsonSchema[] {
  const values = convert(step.arguments, context)
  const mapping = {
    type: 'object',
    description: step.help,
    properties: { [step.name]: step.short ? { anyOf: [values, { type: ['string', 'number', 'null'] }] } : values },
    required: [step.name],
    additionalProperties: false,
  }
  if (step.short === undefined) return [mapping]
  return [
    mapping,
    { type: 'string', pattern: `^${step.name}( .*)?$`, description: step.help, examples: [step.short.form] },
  ]
}

const anyStep = (context: StepContext): JsonSchema => ({
  anyOf: steps.filter((step) => step.contexts.includes(context)).flatMap((step) => stepSchemas(step, context)),
})

/** JSON Schema (draft 2020-12) of scenario files, for editors. */
export function scenarioJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'siploadgen scenario, version 1',
    ...convert(scenarioSchema),
    $defs: { flowStep: anyStep('flow'), calledStep: anyStep('when called') },
  }
}
