import * as z from 'zod'

type JsonSchema = Record<string, unknown>

const asSchema = (value: unknown): JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : {}

const asSchemas = (value: unknown): JsonSchema[] => (Array.isArray(value) ? value.map(asSchema) : [])

const unique = (texts: readonly string[]): string => [...new Set(texts)].join(' or ')

/** What may stand in a value, in the words of the reference. */
export function valueForm(json: JsonSchema): string {
  if (typeof json.kind === 'string') return json.kind
  if (json.const !== undefined) return `\`${String(json.const)}\``
  if (Array.isArray(json.enum)) return json.enum.map((word) => `\`${String(word)}\``).join(', ')
  const branches = [...asSchemas(json.anyOf), ...asSchemas(json.oneOf)]
  if (branches.length > 0) {
    const types = branches.map((branch) => branch.type)
    if (types.join() === 'string,number,boolean') return 'TEXT'
    return unique(branches.map(valueForm))
  }
  if (typeof json.steps === 'string') return 'list of steps'
  if (json.type === 'array') return `list of ${valueForm(asSchema(json.items))}`
  if (json.type === 'object') {
    return json.properties === undefined ? `names to ${valueForm(asSchema(json.additionalProperties))}` : 'mapping'
  }
  if (json.type === 'boolean') return '`true`, `false`'
  if (json.type === 'integer' || json.type === 'number') return 'NUMBER'
  if (typeof json.format === 'string') return json.format.toUpperCase()
  return json.type === 'string' ? 'TEXT' : 'anything'
}

/** A mapping within a value, whose own keys deserve rows. */
function innerMapping(json: JsonSchema): JsonSchema | undefined {
  if (json.properties !== undefined) return json
  const items = json.items === undefined ? [] : [asSchema(json.items)]
  for (const branch of [...asSchemas(json.anyOf), ...items]) {
    const inner = innerMapping(branch)
    if (inner !== undefined) return inner
  }
  return undefined
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function rows(json: JsonSchema, prefix: string, shallow: readonly string[]): string[] {
  const required = Array.isArray(json.required) ? json.required : []
  return Object.entries(asSchema(json.properties)).flatMap(([key, value]) => {
    const schema = asSchema(value)
    const help = typeof schema.description === 'string' ? schema.description : ''
    const mark = required.includes(key) ? ' (required)' : ''
    const row = `| \`${prefix}${key}\`${mark} | ${cell(valueForm(schema))} | ${cell(help)} |`
    const inner = shallow.includes(key) ? undefined : innerMapping(schema)
    return inner === undefined ? [row] : [row, ...rows(inner, `${prefix}${key}: `, [])]
  })
}

/** A Markdown table of the keys of a mapping; the keys within `shallow` ones are told elsewhere. */
export function keyTable(schema: z.ZodType, shallow: readonly string[] = []): string {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const lines = rows(json, '', shallow)
  return lines.length === 0 ? '' : ['| key | value | meaning |', '|---|---|---|', ...lines, ''].join('\n')
}
