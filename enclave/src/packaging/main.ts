/** Entry point of `pha enclave`: `node main.ts build|measure ... [--json]`. Runs outside of enclaves. */
import { BUILD_USAGE, build } from './commands/build.ts'
import { MEASURE_USAGES, measure } from './commands/measure.ts'
import { type Report, reportJson, reportText } from './commands/report.ts'
import { PackagingError } from './packaging-error.ts'

const HELP_COLUMNS = 92
const HELP = `Usage:
${usageText(BUILD_USAGE)}
      the program, a container image, app-compose.json for dstack, files and manifest for Gramine
${MEASURE_USAGES.map(usageText).join('\n')}
      what the TEE will say that it runs, computed from files; \`build\` is what \`pha enclave allowed\` takes

--json prints one JSON document. docs/guides/measure-an-enclave.md compares with the chain.
`

const COMMANDS: ReadonlyMap<string, (args: string[]) => Promise<Report>> = new Map([
  ['build', build],
  ['measure', measure],
])

/** One command, its options on further lines where one would be too long for a terminal. */
function usageText(usage: string): string {
  const [first = '', ...parts] = usage.split(/ (?=\[|--|\|)/)
  const lines = [`  pha enclave ${first}`]
  for (const part of parts) {
    const line = `${lines.at(-1)} ${part}`
    if (line.length > HELP_COLUMNS) lines.push(`      ${part}`)
    else lines[lines.length - 1] = line
  }
  return lines.join('\n')
}

const args = process.argv.slice(2)
const [name = '--help', ...options] = args.filter((argument) => argument !== '--json')
const json = args.includes('--json')

if ([name, ...options].some((argument) => ['--help', '-h', 'help'].includes(argument))) process.stdout.write(HELP)
else {
  try {
    const command = COMMANDS.get(name)
    if (command === undefined) {
      throw new PackagingError('packaging.bad-arguments', `there is no command ${name}`, { fix: 'pha enclave --help' })
    }
    const report = await command(options)
    process.stdout.write(`${json ? reportJson(report) : reportText(report)}\n`)
  } catch (cause) {
    process.exitCode = 1
    const { code = 'packaging.failed', message = String(cause), fix } = cause as Partial<PackagingError>
    if (json) process.stdout.write(`${JSON.stringify({ error: { code, message, ...(fix && { fix }) } })}\n`)
    else process.stderr.write(`error ${code}: ${message}\n${fix === undefined ? '' : `  fix: ${fix}\n`}`)
  }
}
