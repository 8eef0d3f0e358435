import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * Makes one module of the hundreds of files with rules, in place of the registry that the compiler made: loading them one by
 * one takes `siploadgen check` longer than judging many a capture. What they share with the rest stays outside.
 */
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const rules = join(root, 'src', 'conformance', 'rules')

const rulesOnly = {
  name: 'rules only',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const target = resolve(resolveDir, path)
      if (target.startsWith(rules + sep)) return undefined
      return { path: relative(rules, target).replaceAll(sep, '/'), external: true }
    })
  },
}

await build({
  entryPoints: [join(rules, 'registry.ts')],
  outfile: join(root, 'dist', 'conformance', 'rules', 'registry.js'),
  bundle: true,
  sourcemap: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  plugins: [rulesOnly],
})
