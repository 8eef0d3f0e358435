import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const sourceRoot = join(root, 'src')

/** The table of docs/architecture.md: what each folder of src/ may import. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  base: ['model'],
  native: [],
  sip: ['base', 'model'],
  sdp: ['base', 'model', 'sdp-transform'],
  quality: [],
  stun: ['base', 'model'],
  transport: ['base', 'model', 'native', 'sip/message', 'sip/locate', 'stun', 'ws'],
  media: ['base', 'model', 'native', 'quality', 'stun', 'wavefile'],
  agent: ['sip', 'sdp', 'transport', 'media', 'base', 'model'],
  capture: ['base', 'model', 'sip/message', 'media/rtp', 'media/codec', 'pcap-parser'],
  conformance: ['base', 'model', 'sip', 'capture', 'yaml', 'zod'],
  probe: ['base', 'model', 'sip', 'stun', 'transport'],
  gateway: ['sip', 'sdp', 'transport', 'media', 'stun', 'base', 'model'],
  drill: ['gateway', 'scenario/fields', 'base', 'model', 'dns-packet', 'zod'],
  scenario: ['drill/faults', 'drill/dns', 'base', 'model', 'verdict/threshold-grammar', 'yaml', 'zod'],
  metrics: ['base', 'model', 'quality', 'hdr-histogram-js'],
  verdict: ['base', 'model', 'metrics'],
  load: ['agent', 'sip', 'transport', 'metrics', 'model', 'base', 'p-limit'],
  report: ['base', 'model'],
  cli: ['everything'],
}

/** Packages that the table does not name, because each has one place: who may use them. */
const packageHomes: Readonly<Record<string, readonly string[]>> = {
  ws: ['transport'],
  yaml: ['scenario', 'conformance'],
  zod: ['scenario', 'conformance', 'drill'],
  'dns-packet': ['drill'],
  'sdp-transform': ['sdp'],
  'hdr-histogram-js': ['metrics'],
  wavefile: ['media'],
  '@evan/opus': ['media'],
  'p-limit': ['load'],
  yargs: ['cli'],
  'log-update': ['cli'],
  uplot: ['report'],
  'pcap-parser': ['capture'],
  selfsigned: ['transport', 'gateway'],
  werift: ['media'],
}

/** Modules of Node.js that open sockets, and who may. */
const socketModules = ['dgram', 'net', 'tls', 'http', 'https', 'http2']
const socketFolders = ['transport', 'media', 'gateway', 'drill']

/** Protocol cores take bytes and time from outside: no module of Node.js but these. */
const pureFolders = ['model', 'sip', 'sdp', 'quality', 'stun']
const pureModules = ['crypto', 'buffer', 'zlib']

/** Who may read the wall clock: what is printed, dated or sent as RTCP's NTP time, never what is measured. */
const wallClock = ['cli/', 'transport/certificates.ts', 'media/rtp-port.ts']

interface Import {
  readonly from: string
  readonly specifier: string
  /** The whole clause between `import` and `from`. */
  readonly clause: string
  readonly typeOnly: boolean
}

function walk(folder: string, skip: readonly string[] = []): string[] {
  return readdirSync(folder).flatMap((name) => {
    if (skip.includes(name)) return []
    const path = join(folder, name)
    return statSync(path).isDirectory() ? walk(path, skip) : [path]
  })
}

const sources = walk(sourceRoot)
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ name: relative(sourceRoot, path), text: readFileSync(path, 'utf8') }))

const importPattern = /^(?:import|export)\s+(?:((?:type\s+)?(?:[\w*{][^'"]*?))\s+from\s+)?['"]([^'"]+)['"]/gm
const dynamicPattern = /\b(?:import|createRequire\(import\.meta\.url\))\(\s*['"]([^'"]+)['"]\s*\)/g

/** A clause whose every binding is a type needs nothing at run time. */
function isTypeOnly(clause: string): boolean {
  if (/^type\b/.test(clause)) return true
  const names = /^\{([^}]*)\}$/.exec(clause.trim())?.[1]
  return (
    names
      ?.split(',')
      .filter((name) => name.trim() !== '')
      .every((name) => /^\s*type\s/.test(name)) === true
  )
}

const imports: readonly Import[] = sources.flatMap(({ name, text }) => [
  ...[...text.matchAll(importPattern)].map(([, clause = '', specifier = '']) => ({
    from: name,
    specifier,
    clause,
    typeOnly: isTypeOnly(clause),
  })),
  ...[...text.matchAll(dynamicPattern)].map(([, specifier = '']) => ({
    from: name,
    specifier,
    clause: '',
    typeOnly: false,
  })),
])

const folderOf = (file: string): string => file.split('/')[0] ?? ''

/** The imported file within src/, such as `sip/message/via.ts`; undefined for packages. */
function targetOf({ from, specifier }: Import): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  return join(dirname(from), specifier).replace(/\.js$/, '.ts')
}

const describeImport = (item: Import): string => `${item.from} imports ${item.specifier}`

function folderMayImport(folder: string, target: string): boolean {
  const allowed = mayImport[folder] ?? []
  if (folderOf(target) === folder || allowed.includes('everything')) return true
  return allowed.some((part) => target === `${part}.ts` || target.startsWith(`${part}/`))
}

function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** Only functions that compute, no sockets. */
const opensNothing = (item: Import): boolean =>
  item.typeOnly || (item.specifier === 'node:net' && /^\{\s*(isIP(v[46])?\s*,?\s*)+\}$/.test(item.clause))

describe('the parts of src/', () => {
  test('are the ones that docs/architecture.md lists, with the same permissions', () => {
    const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
    const rows = [...page.matchAll(/^\| `(\w+)` \|[^|]*\| ([^|]*) \|$/gm)].map(([, folder = '', cell = '']) => {
      const parts = cell.split(',').map((part) =>
        part
          .replace(/\(.*\)/, '')
          .replace(/^.* in /, '')
          .trim(),
      )
      return [folder, parts.filter((part) => part !== 'nothing')] as const
    })
    expect(Object.fromEntries(rows)).toEqual(mayImport)
  })

  test('are all in the table', () => {
    expect([...new Set(sources.map(({ name }) => folderOf(name)))].filter((name) => !(name in mayImport))).toEqual([])
  })

  test('import only what the table permits', () => {
    const wrong = imports.filter((item) => {
      const target = targetOf(item)
      return target !== undefined && !folderMayImport(folderOf(item.from), target)
    })
    expect(wrong.map(describeImport)).toEqual([])
  })

  test('import metrics from verdict as types only', () => {
    const wrong = imports.filter(
      (item) => folderOf(item.from) === 'verdict' && targetOf(item)?.startsWith('metrics/') === true && !item.typeOnly,
    )
    expect(wrong.map(describeImport)).toEqual([])
  })

  test('never import cli', () => {
    const wrong = imports.filter((item) => folderOf(item.from) !== 'cli' && targetOf(item)?.startsWith('cli/') === true)
    expect(wrong.map(describeImport)).toEqual([])
  })

  test('import only files that exist', () => {
    const names = new Set(sources.map(({ name }) => name))
    const wrong = imports.filter((item) => {
      const target = targetOf(item)
      return target?.endsWith('.ts') === true && !names.has(target)
    })
    expect(wrong.map(describeImport)).toEqual([])
  })

  test('have no cycles of imports but of types', () => {
    expect(findCycle()).toEqual([])
  })

  test('use each package only where it lives', () => {
    const wrong = imports.filter((item) => {
      const name = packageOf(item.specifier)
      return name !== undefined && packageHomes[name]?.includes(folderOf(item.from)) !== true
    })
    expect(wrong.map(describeImport)).toEqual([])
  })

  test('open sockets only in transport, media, gateway and drill', () => {
    const wrong = imports.filter(
      (item) =>
        socketModules.some((name) => item.specifier === `node:${name}`) &&
        !socketFolders.includes(folderOf(item.from)) &&
        !opensNothing(item),
    )
    expect(wrong.map(describeImport)).toEqual([])
  })

  test('keep the protocol cores free of input and output', () => {
    const wrong = imports.filter(
      (item) =>
        pureFolders.includes(folderOf(item.from)) &&
        item.specifier.startsWith('node:') &&
        !pureModules.some((name) => item.specifier === `node:${name}`) &&
        !opensNothing(item),
    )
    expect(wrong.map(describeImport)).toEqual([])
  })

  test('take time from the clock and chance from the seed', () => {
    const wrong = sources.filter(({ name, text }) => {
      const code = withoutComments(text)
      if (/Math\.random\b/.test(code)) return true
      return !wallClock.some((place) => name.startsWith(place)) && /\bDate\.now\b|\bnew Date\(\)/.test(code)
    })
    expect(wrong.map(({ name }) => name)).toEqual([])
  })

  test('have at most 300 lines a file', () => {
    const long = sources.map(({ name, text }) => ({ name, lines: text.trimEnd().split('\n').length }))
    expect(long.filter(({ lines }) => lines > 300)).toEqual([])
  })

  test('are named in kebab case, conformance rules by their clause', () => {
    expect(
      sources
        .map(({ name }) => name)
        .filter((name) => !/^conformance\/rules\/rfc\d+\/[a-z\d]+([.-][a-z\d]+)*\.ts$/.test(name))
        .filter((name) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/.test(name)),
    ).toEqual([])
  })
})

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')

/** The files of one cycle, or none: depth first, with the path kept. */
function findCycle(): string[] {
  const edges = new Map<string, string[]>()
  for (const item of imports) {
    const target = item.typeOnly ? undefined : targetOf(item)
    if (target !== undefined) edges.set(item.from, [...(edges.get(item.from) ?? []), target])
  }
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return []
    path.push(file)
    for (const next of edges.get(file) ?? []) {
      const cycle = visit(next)
      if (cycle.length > 0) return cycle
    }
    path.pop()
    done.add(file)
    return []
  }
  for (const file of edges.keys()) {
    const cycle = visit(file)
    if (cycle.length > 0) return cycle
  }
  return []
}

describe('the repository', () => {
  const skip = ['node_modules', 'dist', '.git', 'coverage', 'package-lock.json', 'fixtures']
  const files = walk(root, skip)
    .map((path) => relative(root, path))
    .filter((name) => !name.startsWith('reports/') || name === 'reports/README.md')
    .filter((name) => /\.(ts|js|json|md|ya?ml|cfg|conf|sh|xml|c)$|^\.ci\//.test(name))

  // Written in pieces, so that this file does not hold what it forbids.
  const forbidden: readonly (readonly [string, RegExp])[] = [
    [
      'work left for later',
      new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')}|${['X', 'XX'].join('')})\\b`),
    ],
    ['a type check switched off', new RegExp(['as', 'any\\b'].join(' ').concat('|@ts-', 'ignore|@ts-', 'nocheck'))],
    ['a path of one machine', new RegExp(['(^|[^\\w.])/wo', 'rk/(main|shared)'].join(''))],
    ['a test that runs alone or never', new RegExp(['\\b(test|it|describe)\\.', '(only|todo)\\('].join(''))],
  ]

  test.each(forbidden)('has no file with %s', (_, pattern) => {
    expect(files.filter((name) => pattern.test(readFileSync(join(root, name), 'utf8')))).toEqual([])
  })

  test('names no registry of its own', () => {
    const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
    const hosts = [...lock.matchAll(/"resolved": "https?:\/\/([^/"]+)/g)].map(([, host]) => host)
    expect(hosts.filter((host) => host !== 'registry.npmjs.org')).toEqual([])
  })
})
