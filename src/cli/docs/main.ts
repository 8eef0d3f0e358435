import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pages } from './pages.js'

// Runs as dist/cli/docs/main.js, three folders below the project.
const folder = new URL('../../../docs/', import.meta.url)

for (const [name, render] of Object.entries(pages)) {
  const file = fileURLToPath(new URL(name, folder))
  writeFileSync(file, render())
  process.stdout.write(`${file}\n`)
}
