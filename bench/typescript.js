import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Imports a TypeScript module of the tests, which Node.js 20 cannot read by itself. */
export async function importTypeScript(path) {
  const source = new URL(path, import.meta.url)
  // Beside this file, so that packages are found.
  const built = fileURLToPath(new URL(`./.built-${process.pid}.mjs`, import.meta.url))
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile: built,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    define: { 'import.meta.url': JSON.stringify(source.href) },
    logLevel: 'error',
  })
  try {
    return await import(built)
  } finally {
    rmSync(built)
  }
}
