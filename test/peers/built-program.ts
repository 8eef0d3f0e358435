import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

const newest = (folder: string, ending: string): number =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .reduce((latest, file) => Math.max(latest, statSync(join(folder, file)).mtimeMs), 0)

/**
 * Tests of whole programs run what was compiled: it is compiled anew when it is older than its sources, once, before any
 * of them begins.
 */
export default function setup(): void {
  const built = join(root, 'dist/cli/main.js')
  if (existsSync(built) && newest(join(root, 'dist'), '.js') > newest(join(root, 'src'), '.ts')) return
  const tsc = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', root], { cwd: root })
  if (!existsSync(built)) throw new Error(`siploadgen cannot be built: ${tsc.stdout}`)
}
