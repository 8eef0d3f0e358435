import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { runProgram } from '../peers/peer.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { temporaryFolder } from '../peers/temporary-folder.js'

const root = resolve(import.meta.dirname, '../..')

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly command: readonly string[]
        readonly volumes?: readonly string[]
        readonly build?: { readonly context: string }
      }
    >
  >
  readonly volumes: Readonly<Record<string, unknown>>
}

const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as Compose
const config = readFileSync(join(root, 'lab/kamailio/kamailio.cfg'), 'utf8')

/** The compose file's own defaults, as an empty environment gives them. */
const withDefaults = (text: string): string => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1')

test('docker-compose.yml names Kamailio, RTPEngine and their certificates', () => {
  expect(Object.keys(compose.services).sort()).toEqual(['certificates', 'kamailio', 'rtpengine'])
})

test('every file that docker-compose.yml mounts or builds from is there, and every volume is declared', () => {
  const sources = Object.values(compose.services).flatMap(({ volumes = [], build }) => [
    ...volumes.map((volume) => volume.split(':')[0] ?? ''),
    ...(build === undefined ? [] : [`./${build.context}/Dockerfile`]),
  ])
  expect(sources.length).toBeGreaterThan(4)
  const missing = sources.filter((source) =>
    source.startsWith('./') ? !existsSync(join(root, source)) : !(source in compose.volumes),
  )
  expect(missing).toEqual([])
})

test('every define that docker-compose.yml and lab/start.js set is one that kamailio.cfg reads', () => {
  const known = new Set([...config.matchAll(/^#!if(?:n?)def (\w+)/gm)].map(([, name]) => name))
  const command = compose.services.kamailio?.command ?? []
  const inCompose = command.flatMap((word, i) => (command[i - 1] === '-A' ? [word.split('=')[0]] : []))
  const start = readFileSync(join(root, 'lab/start.js'), 'utf8')
  const inStart = [...start.matchAll(/^ {4}([A-Z_]+):/gm)].map(([, name]) => name)
  expect(inCompose.length).toBeGreaterThan(5)
  expect(inStart.length).toBeGreaterThan(10)
  expect([...inCompose, ...inStart].filter((name) => !known.has(name))).toEqual([])
})

describeWithPeers(['kamailio', 'openssl'], 'the configuration of the lab', () => {
  test('is one that Kamailio accepts with the command line of docker-compose.yml', async () => {
    const folder = temporaryFolder('compose')
    const certificates = join(folder, 'certificates')
    mkdirSync(certificates)
    const made = await runProgram({ command: join(root, 'lab/certificates.sh'), args: [certificates, '127.0.0.1'] })
    expect(made).toMatchObject({ code: 0 })
    const [command = '', ...words] = compose.services.kamailio?.command ?? []
    const args = words.map((word) => withDefaults(word).replace('/lab/', `${root}/lab/`))
    const files = { CERTIFICATE_FILE: 'server.pem', KEY_FILE: 'server.key' }
    for (const [name, file] of Object.entries(files)) args.push('-A', `${name}="${join(certificates, file)}"`)
    const checked = await runProgram({ command, args: [...args, '-c', '-Y', folder] })
    expect(checked.output).toContain('config file ok')
    expect(checked.code).toBe(0)
  })

  test('has a certificate for lab.test and the address, signed by the CA', async () => {
    const folder = temporaryFolder('certificates')
    await runProgram({ command: join(root, 'lab/certificates.sh'), args: [folder, '127.0.0.1', '::1'] })
    const verified = await runProgram({
      command: 'openssl',
      args: ['verify', '-CAfile', join(folder, 'ca.pem'), '-verify_hostname', 'lab.test', join(folder, 'server.pem')],
    })
    expect(verified).toMatchObject({ code: 0 })
    const names = await runProgram({
      command: 'openssl',
      args: ['x509', '-in', join(folder, 'server.pem'), '-noout', '-ext', 'subjectAltName'],
    })
    expect(names.stdout).toMatch(/IP Address:127\.0\.0\.1, IP Address:0:0:0:0:0:0:0:1/)
  })
})
