import type { Reporter } from './reporter.js'

export const json: Reporter = {
  name: 'json',
  help: 'the whole result, from which all other formats are made',
  extension: 'json',
  file: 'result.json',
  render: (result) => `${JSON.stringify(result, null, 1)}\n`,
}
