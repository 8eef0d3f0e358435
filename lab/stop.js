#!/usr/bin/env node
// Stops what lab/start.js started with the same --dir.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { stopLab } from './stop-lab.js'

const { values } = parseArgs({ options: { dir: { type: 'string' } } })
if (values.dir === undefined) {
  process.stderr.write('lab/stop.js --dir FOLDER\n')
  process.exit(2)
}
await stopLab(resolve(values.dir))
