/** Exit codes of the public contract; the highest cause in the order 70, 2, 4, 3, 1, 0 decides. */
export const exitCode = { pass: 0, fail: 1, usage: 2, inconclusive: 3, environment: 4, bug: 70 } as const

interface ErrorRow {
  readonly exit: number
  readonly title: string
  /** What to do about it; empty when each detail carries its own. */
  readonly hint: string
}

/** Every error that siploadgen can end with. docs/errors.md is generated from it. */
export const errorTable = {
  'usage/arguments': {
    exit: exitCode.usage,
    title: 'The command line is not understood',
    hint: 'see siploadgen --help',
  },
  'usage/profile': {
    exit: exitCode.usage,
    title: 'A conformance profile or a list of known deviations cannot be read',
    hint: 'profiles are strict, interop, webrtc-gateway, or a YAML file',
  },
  'scenario/unreadable': { exit: exitCode.usage, title: 'A scenario or data file cannot be read', hint: '' },
  'scenario/syntax': { exit: exitCode.usage, title: 'The file is not valid YAML', hint: '' },
  'scenario/invalid': { exit: exitCode.usage, title: 'The scenario says something that cannot be meant', hint: '' },
  'scenario/input': { exit: exitCode.usage, title: 'An input is missing or unknown', hint: '' },
  'target/permission': {
    exit: exitCode.usage,
    title: 'The target needs permission by name',
    hint: 'add the host to allow: in the scenario or pass --allow-target HOST',
  },
  'target/limit': { exit: exitCode.usage, title: 'The load exceeds limits: in the scenario', hint: '' },
  'capture/unreadable': {
    exit: exitCode.usage,
    title: 'A capture cannot be read, or not to its end',
    hint: '',
  },
  'usage/accounts': {
    exit: exitCode.usage,
    title: 'A file of accounts cannot be read',
    hint: 'one account a line: NAME,PASSWORD; a name alone is a user without a password',
  },
  'result/unreadable': { exit: exitCode.usage, title: 'A result file cannot be read', hint: '' },
  'environment/port': {
    exit: exitCode.environment,
    title: 'A local address or port cannot be bound',
    hint: 'stop the program that holds it or choose another port',
  },
  'environment/no-response': {
    exit: exitCode.environment,
    title: 'No target answered before load started',
    hint: 'check that the gateway runs and that address, port and transport are right',
  },
  'environment/certificate': {
    exit: exitCode.environment,
    title: "A target's certificate is not trusted",
    hint: 'name the CA with tls: { ca: FILE }, or tls: { verify: none } to accept any certificate',
  },
  'environment/descriptors': {
    exit: exitCode.environment,
    title: 'No file descriptor is left for a socket of an agent',
    hint: 'raise the limit (ulimit -n), or split the run into more processes with --shards',
  },
  'environment/resolve': {
    exit: exitCode.environment,
    title: 'A host name cannot be resolved',
    hint: 'check the name and the resolver',
  },
  'environment/privilege': {
    exit: exitCode.environment,
    title: 'A privilege or an external tool is missing',
    hint: '',
  },
  'environment/write': {
    exit: exitCode.environment,
    title: 'Results cannot be written',
    hint: 'choose another folder with --out',
  },
  'environment/fault': { exit: exitCode.environment, title: 'A fault of a drill cannot be made here', hint: '' },
  'environment/undo': {
    exit: exitCode.environment,
    title: 'What a drill changed could not all be undone',
    hint: 'siploadgen cleanup tries again; what it cannot do must be done by hand',
  },
  'environment/journal': {
    exit: exitCode.environment,
    title: 'The journal of a drill cannot be written, so nothing is broken',
    hint: 'choose another folder with SIPLOADGEN_STATE',
  },
  'environment/shard': {
    exit: exitCode.environment,
    title: 'A process that was to make a part of the load was lost before any of it was measured',
    hint: 'a lack of memory is the usual cause: fewer shards need less',
  },
  'environment/gateway': { exit: exitCode.environment, title: 'The embedded gateway did not start', hint: '' },
  bug: {
    exit: exitCode.bug,
    title: 'A bug in siploadgen',
    hint: 'please report it with the scenario and the text above',
  },
} as const satisfies Record<string, ErrorRow>
