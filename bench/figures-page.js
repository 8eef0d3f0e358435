import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

const pageFile = fileURLToPath(new URL('../docs/performance.md', import.meta.url))
const end = '<!-- end of figures -->'

/** What figures were taken on. */
export const machine = () =>
  `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}, Node.js ${process.versions.node}`

/** Puts the figures of one command into its own place of docs/performance.md. */
export function writeFigures(command, text) {
  const page = readFileSync(pageFile, 'utf8')
  const begin = `<!-- figures: written by ${command} -- --write -->`
  const from = page.indexOf(begin)
  const to = page.indexOf(end, from)
  if (from < 0 || to < from) throw new Error(`${pageFile} has lost its marks of ${command}`)
  writeFileSync(pageFile, `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`)
}
