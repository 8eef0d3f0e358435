import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { measureCosts } from './costs.js'
import { machine, writeFigures } from './figures-page.js'

/**
 * `npm run bench -- [--write]`: what single operations, packets and agents cost, each beside another implementation.
 * `npm run bench:peers` compares whole programs.
 */
const micro = ['message.js', 'media.js', 'srtp.js', 'quality.js', 'mark.js', 'capture.js']

function runMicro(file) {
  const path = fileURLToPath(new URL(`./micro/${file}`, import.meta.url))
  const { stdout, status } = spawnSync(process.execPath, [path], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`${file} ended with ${status}`)
  process.stdout.write(stdout)
  return stdout.trimEnd()
}

const microTexts = micro.map(runMicro)
const costs = await measureCosts()
console.log(`${costs.text}\n\n${costs.tables}`)
if (process.argv.includes('--write')) {
  const texts = [...microTexts, costs.text].join('\n')
  const heading = `${machine()}. Median of the rounds, with the lowest and the highest.`
  writeFigures('npm run bench', `${heading}\n\n${costs.tables}\n\n\`\`\`\n${texts}\n\`\`\``)
}
