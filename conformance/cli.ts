#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { version } from './version.ts'

/** The command line. What a command needs is imported when it runs, so that `--help` answers at once. */
const program = new Command('agentwire')
  .description(
    'Specification and conformance kit for session protocols between agents and live applications.',
  )
  .version(version)
  .showSuggestionAfterError()
  .exitOverride()

const run = (command: () => Promise<number>) => async () => {
  process.exitCode = await command()
}

target(
  profile(
    program
      .command('test')
      .description('test a server; without --url or --config the embedded reference server'),
  ),
)
  .option(
    '--only <glob>',
    'only these requirements, for example "llming/superseding/*" (repeatable)',
    collect,
  )
  .option('--runs <n>', 'runs per requirement', positive, 100)
  .option(
    '--seed <n>',
    'seed of the generated inputs; default: a random one, which the report names',
    integer,
  )
  .option('--slow', 'also what has to wait for the real limits of the target')
  .option('--destructive', 'also what may crash or flood a weak target')
  .option('--concurrency <n>', 'runs under way at once; default: 16, embedded 64', positive)
  .option('--budget <seconds>', 'time for the whole run', positive, 900)
  .option(
    '--report <format[=file]>',
    'text, json, ndjson or junit, to standard output or a file (repeatable)',
    collect,
  )
  .option('--baseline <file>', 'known failures that do not count')
  .option('--save-vector <folder>', 'keep each counterexample as a file that replays by itself')
  .option('--bail', 'stop at the first failure')
  .action(options => run(async () => (await import('./commands/test.ts')).test(options))())

profile(program.command('serve').description('run the reference server'))
  .option('--host <host>', 'default: 127.0.0.1')
  .option('--port <n>', 'default: one that is free', integer)
  .option('--control', 'with the control API, for tests only')
  .action(options => run(async () => (await import('./embedded/serve.ts')).serve(options))())

profile(
  program
    .command('bridge')
    .description('offer the tools of a running app over standard input and output (MCP)'),
).action(options => run(async () => (await import('./embedded/bridge.ts')).bridge(options))())

profile(program.command('list').description('list the requirements'))
  .option('--json', 'as JSON')
  .action(options => run(async () => (await import('./commands/list.ts')).list(options))())

program
  .command('explain <id>')
  .description('print the text of a requirement, its shapes, its check and its defects')
  .action(id => run(async () => (await import('./commands/explain.ts')).explain(id))())

target(program.command('replay <file> [id]').description('run a reported counterexample again')).action(
  (file, id, options) => run(async () => (await import('./commands/replay.ts')).replay(file, id, options))(),
)

profile(program.command('schema').description('print or write the shapes of a protocol'))
  .option(
    '--format <format>',
    'json-schema, openapi or asyncapi',
    oneOf('json-schema', 'openapi', 'asyncapi'),
    'json-schema',
  )
  .option('--out <folder>', 'write all files of the profiles there; it must be empty')
  .action(options => run(async () => (await import('./commands/schema.ts')).schema(options))())

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = await statusOf(error)
}

/** 2: usage or config, 3: target unreachable, 4: fault of the kit. */
async function statusOf(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const [{ UsageError }, { Unreachable }] = await Promise.all([
    import('./engine/usage-error.ts'),
    import('./engine/target/provider.ts'),
  ])
  if (error instanceof UsageError || error instanceof Unreachable)
    console.error(`agentwire: ${error.message}`)
  else console.error('agentwire: a fault of the kit itself, please report it:', error)
  return error instanceof UsageError ? 2 : error instanceof Unreachable ? 3 : 4
}

function profile(command: Command): Command {
  return command.option('--profile <name>', 'profile; default: all (repeatable)', collect)
}

function target(command: Command): Command {
  return command
    .option('--url <url>', 'origin of a running target, for example http://127.0.0.1:3000')
    .option('--config <file>', 'agentwire.config.{ts,js,json,yaml}; default: the one in this folder')
    .option('--allow-remote', 'test a target on another machine')
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value]
}

function integer(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number')
  return Number(text)
}

function positive(text: string): number {
  const value = integer(text)
  if (value < 1) throw new InvalidArgumentError('expected a whole number of at least 1')
  return value
}

function oneOf(...choices: string[]): (text: string) => string {
  return text => {
    if (!choices.includes(text)) throw new InvalidArgumentError(`known: ${choices.join(', ')}`)
    return text
  }
}
