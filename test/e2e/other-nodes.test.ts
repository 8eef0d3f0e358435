import { execFile } from 'node:child_process'
import { delimiter, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { describeMissing } from '../peers/require-peer.js'
import { expectPass, program, readResult, scenarioFile, start, temporaryFolder } from './program.js'

const root = resolve(import.meta.dirname, '../..')
/** Executables of other releases of Node.js; `.ci/run` brings 22 and 24. */
const nodes = (process.env.SIPLOADGEN_OTHER_NODES ?? '').split(delimiter).filter((path) => path !== '')
/** Whatever touches the native part, sockets or cryptography of Node.js. */
const contracts = ['test/contract', 'test/native/addon.test.ts']
const execute = promisify(execFile)

const versionOf = async (node: string): Promise<string> => (await execute(node, ['--version'])).stdout.trim()

const body = (): void => {
  it.each(nodes)('%s keeps all contracts of packets and streams', async (node) => {
    const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` }
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const args = [vitest, 'run', '--project', 'sockets', '--reporter=json', ...contracts]
    const { stdout } = await execute(node, args, { cwd: root, env, maxBuffer: 2 ** 26 })
    const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { numPassedTests: number; numTotalTests: number }
    expect(report.numPassedTests).toBe(report.numTotalTests)
    expect(report.numPassedTests).toBeGreaterThan(200)
  })

  it.concurrent.each(nodes)('%s runs browsers that call phones, by the native part', async (node) => {
    const out = join(temporaryFolder(), 'out')
    const args = [program, 'run', scenarioFile('browser-to-phone'), '--out', out, '--quiet']
    const ended = await start(args, { command: node }).ended
    const result = readResult(out)
    expectPass(ended, result)
    expect(result.environment).toMatchObject({ node: (await versionOf(node)).slice(1), packetIo: 'native' })
    expect(result.media.packetsReceived).toBeGreaterThan(500)
  })
}

const title = 'another release of Node.js'
if (nodes.length > 0) describe(title, body)
else describeMissing(title, 'SIPLOADGEN_OTHER_NODES names no executable, such as those of node@22 and node@24', body)
