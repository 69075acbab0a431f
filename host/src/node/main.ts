/** Entry point: `node main.ts [run|check|export|import|purge] ...`; without a command, `run`. */
import { pino } from 'pino'
import { EXPORT_USAGE, exportCommand, IMPORT_USAGE, importCommand } from './commands/blocks.ts'
import { CHECK_USAGE, checkCommand } from './commands/check.ts'
import { PURGE_USAGE, purgeCommand } from './commands/purge.ts'
import { RUN_USAGE, run } from './commands/run.ts'

const log = pino({ level: 'info' }, pino.destination({ dest: 2, sync: true }))

const COMMANDS: { readonly [name: string]: (args: string[]) => Promise<void> } = {
  run: (args) => run(args, log),
  check: checkCommand,
  export: exportCommand,
  import: importCommand,
  purge: purgeCommand,
}

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

try {
  const [first = '--help', ...others] = process.argv.slice(2)
  if (first === '--help' || first === '-h' || first === 'help') {
    process.stdout.write(HELP)
    process.exit(0)
  }
  const command = COMMANDS[first]
  await (command === undefined ? run([first, ...others], log) : command(others))
  process.exit(0)
} catch (cause) {
  report(cause)
  process.exit(1)
}

/** What a person or a supervisor reads when the node cannot start or go on. */
function report(cause: unknown): void {
  const {
    code = 'node.failed',
    message = String(cause),
    fix,
  } = cause as { code?: string; message?: string; fix?: string }
  log.fatal(fix === undefined ? { code } : { code, fix }, message)
}
