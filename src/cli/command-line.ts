import yargs, { type Argv } from 'yargs'
import { SiploadgenError } from '../base/errors.js'
import type { CommandOutput } from './commands/validate.js'
import { settings, shardCount, wholeNumber } from './option-values.js'
import { logLevels } from './run/run-log.js'
import { version } from './version.js'

/** Takes the work that a command has started. */
type Start = (work: Promise<number>) => void

/** A repeatable option that takes one text each time. */
const repeated = (describe: string) =>
  ({ type: 'string', array: true, nargs: 1, default: [] as string[], describe }) as const

const scenarioFile = { type: 'string', demandOption: true, describe: 'scenario file' } as const

function addRun(parser: Argv, output: CommandOutput, start: Start): Argv {
  return parser.command(
    'run <scenario>',
    'run a scenario, write the results, exit with the verdict',
    (command) =>
      command
        .positional('scenario', scenarioFile)
        .option('set', repeated('NAME=VALUE for a declared input'))
        .option('out', { type: 'string', describe: 'folder for the results' })
        .option('seed', { type: 'number', describe: 'seed of everything random' })
        .option('format', repeated('print the result in this format'))
        .option('allow-target', repeated('permit a host outside loopback and private addresses'))
        .option('log-level', {
          choices: logLevels,
          default: 'error',
          describe: 'what to tell on standard error',
        } as const)
        .option('quiet', { type: 'boolean', default: false, describe: 'no progress and no summary' })
        .option('shards', {
          type: 'string',
          describe: 'processes that make the load, each an exact part of it; auto: one a core',
        }),
    (argv) => {
      const options = {
        set: settings(argv.set),
        shards: shardCount(argv.shards),
        seed: wholeNumber(argv.seed, '--seed'),
        out: argv.out,
        formats: argv.format,
        allowTargets: argv['allow-target'],
        quiet: argv.quiet,
        logLevel: argv['log-level'],
      }
      start(import('./commands/run.js').then(({ runCommand }) => runCommand(argv.scenario, options, output)))
    },
  )
}

function addValidate(parser: Argv, output: CommandOutput, start: Start): Argv {
  return parser.command(
    'validate <scenario>',
    'check a scenario without running it',
    (command) =>
      command
        .positional('scenario', scenarioFile)
        .option('set', repeated('NAME=VALUE for a declared input'))
        .option('quiet', { type: 'boolean', default: false, describe: 'print nothing when all is well' }),
    (argv) => {
      const options = { set: settings(argv.set), quiet: argv.quiet }
      start(
        import('./commands/validate.js').then(({ validateCommand }) => validateCommand(argv.scenario, options, output)),
      )
    },
  )
}

function addSchema(parser: Argv, output: CommandOutput, start: Start): Argv {
  return parser.command('schema', 'print the JSON Schema of scenario files', {}, () =>
    start(import('./commands/schema.js').then(({ schemaCommand }) => schemaCommand(output))),
  )
}

function addReport(parser: Argv, output: CommandOutput, start: Start): Argv {
  return parser.command(
    'report <result>',
    'render a stored result again, in any format',
    (command) =>
      command
        .positional('result', { type: 'string', demandOption: true, describe: 'result.json or the folder of a run' })
        .option('format', repeated('text, json, junit, html or markdown'))
        .option('out', { type: 'string', describe: 'folder for the files instead of standard output' }),
    (argv) => {
      const options = { formats: argv.format.length > 0 ? argv.format : ['text'], out: argv.out }
      start(import('./commands/report.js').then(({ reportCommand }) => reportCommand(argv.result, options, output)))
    },
  )
}

const declarable = ['stateless-uas', 'stateless-proxy', 'redirect', 'ends-lost-calls'] as const

const failOn = ['error', 'warning', 'info', 'never'] as const

/** How what was found is judged and written, of captures and of probes alike. */
const judgementOptions = {
  profile: { type: 'string', default: 'interop', describe: 'strict, interop, webrtc-gateway or a YAML file' },
  'known-deviations': repeated(
    'what products are known to do: a YAML file, or one of the names of docs/conformance.md',
  ),
  'fail-on': { choices: failOn, default: 'warning', describe: 'least severity that fails' },
  format: repeated('print the result in this format'),
  out: { type: 'string', describe: 'folder for the result in every format' },
} as const

function addCheck(parser: Argv, output: CommandOutput, start: Start): Argv {
  return parser.command(
    'check <capture..>',
    'judge the SIP in pcap and pcapng captures against the conformance rules',
    (command) =>
      command
        .positional('capture', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'files; - is standard input',
        })
        .option('key-log', { type: 'string', describe: 'TLS key log file, for captures of TLS and WSS' })
        .option('vantage', repeated('ua=ADDRESS or proxy=ADDRESS where the capture was taken'))
        .options(judgementOptions)
        .option('quiet', { type: 'boolean', default: false, describe: 'no summary' }),
    (argv) => {
      const options = {
        keyLog: argv['key-log'],
        vantage: argv.vantage,
        profile: argv.profile,
        knownDeviations: argv['known-deviations'],
        failOn: argv['fail-on'],
        formats: argv.format,
        out: argv.out,
        quiet: argv.quiet,
      }
      start(import('./commands/check.js').then(({ checkCommand }) => checkCommand(argv.capture, options, output)))
    },
  )
}

const probeParameters = (command: Argv) =>
  command
    .positional('target', { type: 'string', demandOption: true, describe: 'TRANSPORT://HOST:PORT' })
    .option('accounts', { type: 'string', describe: 'file of NAME,PASSWORD lines: the caller, then the callee' })
    .option('domain', { type: 'string', describe: 'domain of the accounts, when it is not the host' })
    .option('call', { type: 'string', describe: 'URI that answers calls at the target itself' })
    .option('udp', { type: 'string', describe: 'HOST:PORT where the same element is reached over UDP' })
    .option('listen', { type: 'number', describe: 'port where the target itself calls us, over UDP, WS or WSS' })
    .option('certificate', { type: 'string', describe: 'PEM file of what clients of WSS are shown; with --key' })
    .option('key', { type: 'string', describe: 'PEM file of its key' })
    .option('declare', {
      choices: declarable,
      array: true,
      nargs: 1,
      default: [],
      describe: 'what the target is',
    } as const)
    .option('only', repeated('probes whose name begins so'))
    .option('slow', { type: 'boolean', default: false, describe: 'also probes of half a minute and more' })
    .option('within', { type: 'number', default: 600, describe: 'seconds for all probes' })
    .option('ca', { type: 'string', describe: 'PEM file of an authority to trust' })
    .option('handshake', { type: 'string', describe: 'file of header fields of every WebSocket handshake' })
    .option('list', {
      type: 'boolean',
      default: false,
      describe: 'name the probes and what keeps them from the target',
    })
    .option('dry-run', { type: 'boolean', default: false, describe: 'print what would be sent, and send nothing' })
    .option('allow-target', repeated('permit a host outside loopback and private addresses'))
    .options(judgementOptions)
    .option('seed', { type: 'number', describe: 'seed of tags, branches and Call-IDs; otherwise drawn, and told' })
    .option('quiet', { type: 'boolean', default: false, describe: 'no progress and no summary' })

function addProbe(parser: Argv, output: CommandOutput, start: Start): Argv {
  return parser.command(
    'probe <target>',
    'send conformance stimuli to a gateway, phone, registrar or proxy and judge its reactions',
    probeParameters,
    (argv) => {
      const options = {
        accounts: argv.accounts,
        domain: argv.domain,
        call: argv.call,
        udp: argv.udp,
        listen: wholeNumber(argv.listen, '--listen'),
        certificate: argv.certificate,
        key: argv.key,
        declare: argv.declare,
        only: argv.only,
        slow: argv.slow,
        within: wholeNumber(argv.within, '--within') ?? 0,
        ca: argv.ca,
        handshake: argv.handshake,
        list: argv.list,
        dryRun: argv['dry-run'],
        allowTargets: argv['allow-target'],
        profile: argv.profile,
        knownDeviations: argv['known-deviations'],
        failOn: argv['fail-on'],
        formats: argv.format,
        out: argv.out,
        seed: wholeNumber(argv.seed, '--seed'),
        quiet: argv.quiet,
      }
      start(import('./commands/probe.js').then(({ probeCommand }) => probeCommand(argv.target, options, output)))
    },
  )
}

function addGateway(parser: Argv, output: CommandOutput, start: Start): Argv {
  return parser.command(
    'gateway',
    'run the embedded gateway alone',
    (command) =>
      command
        .option('host', { type: 'string', default: '127.0.0.1', describe: 'address to listen on' })
        .option('port', { type: 'number', default: 5060, describe: 'UDP and TCP; TLS, WS and WSS are the next three' }),
    (argv) => {
      const port = wholeNumber(argv.port, '--port') ?? 0
      start(import('./commands/gateway.js').then(({ gatewayCommand }) => gatewayCommand(argv.host, port, output)))
    },
  )
}

function addCompare(parser: Argv, output: CommandOutput, start: Start): Argv {
  const result = { type: 'string', demandOption: true, describe: 'result.json or the folder of a run' } as const
  return parser.command(
    'compare <first> <second>',
    'lay two results side by side, with thresholds on the difference',
    (command) =>
      command
        .positional('first', result)
        .positional('second', result)
        .option('expect', repeated('how the second may differ, such as "session.setup p95 <= +10%"')),
    (argv) =>
      start(
        import('./commands/compare.js').then(({ compareCommand }) =>
          compareCommand([argv.first, argv.second], argv.expect, output),
        ),
      ),
  )
}

function addCleanup(parser: Argv, output: CommandOutput, start: Start): Argv {
  return parser.command(
    'cleanup',
    'undo what a killed drill left behind, from its journal',
    (command) => command.option('run', { type: 'string', describe: 'of this run only, even if its process lives' }),
    (argv) => start(import('./commands/cleanup.js').then(({ cleanupCommand }) => cleanupCommand(argv.run, output))),
  )
}

/** Reads the arguments and starts the command that they name; a wrong command line throws. */
export async function startCommand(args: readonly string[], output: CommandOutput): Promise<number | undefined> {
  let work: Promise<number> | undefined
  const start: Start = (started) => {
    work = started
  }
  const parser: Argv = yargs(args)
    .scriptName('siploadgen')
    .usage('$0 COMMAND\n\nLoad tests and conformance checks for SIP-to-WebRTC gateways.')
  const all = [addRun, addValidate, addSchema, addReport, addCheck, addProbe, addGateway, addCompare, addCleanup]
  for (const add of all) add(parser, output, start)
  await parser
    .demandCommand(1, 'name a command')
    .strict()
    .version(version)
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .fail((message, error) => {
      const text = /^Not enough non-option/.test(message) ? 'a file is missing after the command' : message
      throw error ?? new SiploadgenError('usage/arguments', text)
    })
    .parseAsync()
  return work
}
