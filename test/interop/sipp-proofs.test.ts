import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const rows = [...read('../../docs/proofs.md').matchAll(/^\|[^|]*\|[^|]*\|[^|]*\| `([\w-]+)`: (.+) \|$/gm)]
const tables = ['sipp-caller', 'sipp-callee', 'sipp-loss', 'sipp-session-timer']
const named = (file: string, name: string): string => `${file}: ${name}`

test('docs/proofs.md names tests that exist', () => {
  const unknown = rows.filter(([, file, name]) => !read(`${file}.test.ts`).includes(`'${name}'`))
  expect(unknown.map(([row]) => row)).toEqual([])
})

test('docs/proofs.md names every row of the tables', () => {
  const proved = new Set(rows.map(([, file = '', name = '']) => named(file, name)))
  const tests = tables.flatMap((file) =>
    [...read(`${file}.test.ts`).matchAll(/\bname: '(.+?)',/g)].map(([, name = '']) => named(file, name)),
  )
  expect(tests.length).toBeGreaterThan(70)
  expect(tests.filter((name) => !proved.has(name))).toEqual([])
})
