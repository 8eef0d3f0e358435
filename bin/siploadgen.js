#!/usr/bin/env node
var required = [20, 19]
var running = process.versions.node.split('.').map(Number)
if (running[0] < required[0] || (running[0] === required[0] && running[1] < required[1])) {
  process.stderr.write('siploadgen needs Node.js 20.19 or newer; this is ' + process.versions.node + '\n')
  process.exit(4)
}
import('../dist/cli/main.js').then(
  (main) => main.main(process.argv.slice(2)),
  (error) => {
    process.stderr.write('siploadgen is not built: run "npm ci" in the clone (' + error.message + ')\n')
    process.exit(70)
  },
)
