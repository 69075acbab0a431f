/** What the command line says is done: `run`, if it names no command. */
import { pino } from 'pino'
import { EXPORT_USAGE, exportCommand, IMPORT_USAGE, importCommand } from './commands/blocks.ts'
import { CHECK_USAGE, checkCommand } from './commands/check.ts'
import { PURGE_USAGE, purgeCommand } from './commands/purge.ts'
import { RUN_USAGE, run } from './commands/run.ts'
import { NodeError } from './node-error.ts'

const log = pino({ level: 'info' }, pino.destination({ dest: 2, sync: true }))

/** All but `run`, whose log is for supervisors; these speak to a person. */
const COMMANDS: ReadonlyMap<string, (args: string[]) => Promise<void>> = new Map([
  ['check', checkCommand],
  ['export', exportCommand],
  ['import', importCommand],
  ['purge', purgeCommand],
])

const HELP = `Usage:
  ${RUN_USAGE}
      the node, until it is told to end
  ${CHECK_USAGE}
      reads everything and tells what contradicts something else; end the node first
  ${EXPORT_USAGE}
      finalised blocks, to a file or standard output; also while the node runs
  ${IMPORT_USAGE}
      executes blocks again and checks each against its header and its proof of finality
  ${PURGE_USAGE}
      removes the chain; end the node first

Examples:
  export --base-path node --out blocks.bin
  import --base-path copy --chain chain.json --in blocks.bin
`

const [first = '--help', ...others] = process.argv.slice(2)
if (first === '--help' || first === '-h' || first === 'help') {
  process.stdout.write(HELP)
} else if (first === 'run' || first.startsWith('-')) {
  await ended(run(first === 'run' ? others : [first, ...others], log), logged)
} else {
  await ended(COMMANDS.get(first)?.(others) ?? unknown(first), printed)
}

/** Ends the process when the command has ended, with 1 if it failed. */
async function ended(command: Promise<void>, report: (failure: Failure) => void): Promise<never> {
  try {
    await command
  } catch (cause) {
    const { code = 'node.failed', message = String(cause), fix } = cause as Partial<Failure>
    report({ code, message, fix })
    process.exit(1)
  }
  process.exit(0)
}

async function unknown(command: string): Promise<void> {
  throw new NodeError('node.bad-config', `there is no command ${command}`, 'run `pha node --help`')
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly fix: string | undefined
}

/** What a supervisor reads when the node cannot start or go on. */
function logged({ code, message, fix }: Failure): void {
  log.fatal(fix === undefined ? { code } : { code, fix }, message)
}

/** What a person reads when a command fails. */
function printed({ code, message, fix }: Failure): void {
  const text = message.startsWith(`${code}: `) ? message : `${code}: ${message}`
  process.stderr.write(`error ${text}\n${fix === undefined ? '' : `  fix: ${fix}\n`}`)
}
