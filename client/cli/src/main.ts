#!/usr/bin/env node
/** The `pha` command: parses arguments, runs one action, prints its result as text or JSON. */
import { fromHex, type Hex } from '@pha/core/codec'
import { TEE_NAMES, type Tee } from '@pha/core/protocol'
import { type Client, createClient, type PermitScope } from '@pha/sdk'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { CliError } from './cli-error.ts'
import { allowed, allowedText } from './commands/allowed.ts'
import { compareAll, comparisonText, verifyEvidence } from './commands/attest.ts'
import { blastRadii, blastRadiiText, blastRadius, blastRadiusText } from './commands/blast-radius.ts'
import { build } from './commands/build.ts'
import { ask, type CallParams, send } from './commands/call.ts'
import { contractText, showContract } from './commands/contracts.ts'
import { createCustodianKey, dealInRecovery, showCustodianKey, verifyEscrow, verifyText } from './commands/custodian.ts'
import { deploy } from './commands/deploy.ts'
import { dev } from './commands/dev.ts'
import { diagnosisText, doctor } from './commands/doctor.ts'
import { createKey, describe, listKeys, loadSigner } from './commands/keys.ts'
import { createContract } from './commands/new.ts'
import {
  contractScope,
  createPermitFile,
  delegatePermitFile,
  loadPermit,
  permitInfoText,
  revokeAll,
  revokePermitFile,
  showPermit,
} from './commands/permit.ts'
import { rotation, rotationText } from './commands/rotation.ts'
import { status, statusText } from './commands/status.ts'
import { study } from './commands/study.ts'
import { factsText, verify } from './commands/verify.ts'
import type { Json } from './json-values.ts'
import { createOutput, type Output } from './output.ts'
import { runProgram } from './run-program.ts'

interface Global {
  readonly json?: true
  readonly url: string
  readonly genesis?: Hex
}

const program = new Command('pha')
  .description('Private computation: networks, contracts, commands, queries, receipts.')
  .addOption(new Option('--url <address>', "a node's JSON-RPC").default('ws://127.0.0.1:9944').env('PHA_URL'))
  .addOption(
    new Option('--genesis <hash>', 'the chain that must be at the other end').env('PHA_GENESIS').argParser(hash),
  )
  .option('--json', 'print one JSON document')
  .showHelpAfterError()
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(text) })

const output = (): Output => createOutput(program.opts<Global>().json ?? false)

/** A person waits at the terminal; a node that restarts is back sooner. */
const UNREACHABLE_MS = 5_000

function connect(unreachableMs = UNREACHABLE_MS): Client {
  const { url, genesis } = program.opts<Global>()
  return createClient({ url, unreachableMs, ...(genesis && { genesisHash: genesis }) })
}

/** Runs an action with a client that is closed afterwards. */
async function connected<T>(action: (client: Client) => Promise<T>): Promise<T> {
  await using client = connect()
  return await action(client)
}

program
  .command('dev')
  .description('run a development network on this machine: one node, five gatekeepers, three workers (SIMULATED TEE)')
  .option('--data <folder>', 'where the chain and the workers keep their data', '.phala/dev')
  .option('--fresh', 'forget what an earlier network left there')
  .addOption(portsOption())
  .action(({ data, fresh = false, ports }: { data: string; fresh?: boolean; ports: string }) =>
    dev({ data, fresh, ports }, output()),
  )

program
  .command('node')
  .description('a node of its own: run, check, export, import, purge; `pha node --help` shows their options')
  .argument('[arguments...]')
  .allowUnknownOption()
  .helpOption(false)
  // As they were typed: the parser takes options of its own, such as --json, out of what it hands over.
  .action(() => runProgram('@pha/host/node/main', process.argv.slice(process.argv.indexOf('node', 2) + 1)))

const enclave = program
  .command('enclave')
  .description('what runs in the TEEs: build it, measure it, compare with the chain')
for (const [name, description] of [
  ['build', 'build the program, its image and manifests; `pha enclave build --help` shows the options'],
  ['measure', 'compute what a TEE will say that it runs; `pha enclave measure --help` shows the options'],
] as const) {
  enclave
    .command(name)
    .description(description)
    .argument('[arguments...]')
    .allowUnknownOption()
    .helpOption(false)
    .action(() => {
      const { json } = program.opts<Global>()
      const args = process.argv.slice(process.argv.indexOf('enclave', 2) + 1).filter((arg) => arg !== '--json')
      return runProgram('@pha/enclave/packaging/main', json ? [...args, '--json'] : args)
    })
}
enclave
  .command('allowed')
  .description('whether the chain lists this measurement, proven')
  .argument('<measurement>', '`build` as `pha enclave measure` and `pha attest verify` print it', hash)
  .action(async (measurement: Hex) => {
    const found = await connected((client) => allowed(client, measurement))
    output().result(allowedText(found), found)
  })

program
  .command('study')
  .description('run the health study on a fresh development network')
  .option('--once', 'end after the study')
  .addOption(portsOption())
  .action(({ once = false, ports }: { once?: boolean; ports: string }) => study({ once, ports }, output()))

program
  .command('doctor')
  .description('what this machine can be: TEE, kernel, memory, disk, ports, clock; ends with 1 if something lacks')
  .option('--data <folder>', 'where a node or worker would keep its data', '.phala')
  .addOption(portsOption())
  .addOption(new Option('--root <folder>', 'look for a TEE below this folder').default('/').hideHelp())
  .action(async ({ data, ports, root }: { data: string; ports: string; root: string }) => {
    const found = await doctor({ data, root, ports: ports.split(',').map(Number), connect: () => connect(1_000) })
    output().result(diagnosisText(found), found)
    if (found.checks.some(({ level }) => level === 'lack')) process.exitCode = 1
  })

program
  .command('status')
  .description('where the chain stands, and which enclaves serve it')
  .action(async () => {
    const found = await connected(status)
    output().result(statusText(found), found)
  })

program
  .command('contracts')
  .description('deployed contracts')
  .command('show <id>')
  .description('code, policy, replicas, progress and keys of a contract, proven')
  .action(async (id: string) => {
    const found = await connected((client) => showContract(client, hash(id)))
    output().result(contractText(found), found)
  })

const keys = program.command('keys').description('accounts in files that only you can read; what stolen keys open')
keys
  .command('new <name>')
  .description('make a new sr25519 account')
  .action(async (name: string) => {
    const key = await createKey(name)
    output().result(`${key.name}  ${key.address}`, key)
  })
keys
  .command('list')
  .description('all accounts')
  .action(async () => {
    const all = await listKeys()
    output().result(
      all.map(({ name, address }) => `${name}  ${address}`).join('\n') || 'no keys; pha keys new NAME',
      all,
    )
  })
keys
  .command('show <name>')
  .description('address and public key of an account')
  .action(async (name: string) => {
    const key = describe(name, await loadSigner(name))
    output().result(`${key.name}  ${key.address}  ${key.publicKey}`, key)
  })

keys
  .command('blast-radius')
  .description('what whoever breaks an enclave now reads: by identity, by vendor, or all of them, largest first')
  .argument('[node]', 'identity of a worker or gatekeeper; `pha status --json` has them', hash)
  .addOption(new Option('--vendor <tee>', 'all enclaves of one kind of TEE').choices(TEE_NAMES))
  .action(async (node: Hex | undefined, { vendor }: { vendor?: Tee['type'] }) => {
    if (node === undefined && vendor === undefined) {
      const found = await connected(blastRadii)
      return output().result(blastRadiiText(found), found)
    }
    if (node !== undefined && vendor !== undefined)
      throw new CliError('cli.bad-argument', 'a node or a vendor, not both', 'leave one of them out')
    const broken = { ...(node && { node }), ...(vendor && { vendor }) }
    const found = await connected((client) => blastRadius(client, broken))
    return output().result(blastRadiusText(found), found)
  })

const custodian = keys.command('custodian').description('recovery shares of the root, for people who hold them')
custodian
  .command('new <name>')
  .description('make the key that your share is sealed to; print what governance registers')
  .action(async (name: string) => {
    const key = await createCustodianKey(name)
    output().result(key.recipient, key)
  })
custodian
  .command('show <name>')
  .description('what governance registers of a key')
  .action(async (name: string) => {
    const key = await showCustodianKey(name)
    output().result(key.recipient, key)
  })
custodian
  .command('verify <name>')
  .description('open your share and check it')
  .requiredOption('--from <key>', 'the account that governance named: a key name, or //Alice on development networks')
  .option('--say', 'tell the chain that it is good, or whose part is not')
  .action(async (name: string, { from, say = false }: { from: string; say?: boolean }) => {
    const signer = await loadSigner(from)
    const found = await connected((client) => verifyEscrow(client, { name, signer, say }))
    output().result(verifyText(found), found)
    if (!found.good) process.exitCode = 1
  })
custodian
  .command('deal <name>')
  .description('in a recovery: deal your share to new gatekeepers, and stay until they hold theirs')
  .requiredOption('--from <key>', 'the account that governance named: a key name, or //Alice on development networks')
  .action(async (name: string, { from }: { from: string }) => {
    const signer = await loadSigner(from)
    const out = output()
    const done = await connected((client) => dealInRecovery(client, { name, signer }, (text) => out.progress(text)))
    const counted = done.counted ? 'your share among those that brought it' : 'without your share'
    out.result(`root ${done.root} is with ${done.members} gatekeepers again, ${counted}`, done)
  })

keys
  .command('rotation')
  .description(
    'how far the newest rotation of the root is, proven: contracts that have moved, percent, and when it was done',
  )
  .action(async () => {
    const found = await connected(rotation)
    output().result(rotationText(found), found)
  })

program
  .command('new <name>')
  .description('a new contract with a unit test that needs no network')
  .action(async (name: string) => {
    const made = await createContract(name)
    output().result(`made ${made.path}\nnext: cd ${name} && npm test`, made)
  })

program
  .command('build')
  .description('bundle a contract and show its code hash')
  .option('--source <file>', 'module that exports the contract', 'src/contract.ts')
  .option('--out <file>', 'where the bundle goes', 'dist/contract.js')
  .action(async (options: { source: string; out: string }) => {
    const built = await build(options.source, options.out)
    output().result(`${built.codeHash}  ${built.bytes} bytes  ${built.file}`, built)
  })

program
  .command('deploy')
  .description('build, publish and deploy a contract')
  .requiredOption('--from <key>', 'who pays and deploys: a key name, or //Alice on development networks')
  .option('--source <file>', 'module that exports the contract', 'src/contract.ts')
  .option('--init <json>', 'arguments of the constructor (public)', json, {})
  .option('--replicas <number>', 'how many workers run it', count, 3)
  .action(async (options: { from: string; source: string; init: Json; replicas: number }) => {
    const signer = await loadSigner(options.from)
    const done = await connected((client) => deploy(client, { ...options, signer }, output()))
    const notice =
      done.upgrade === 'Nobody' ? 'nobody can upgrade it' : `${done.upgrade}, notice ${done.noticeBlocks} blocks`
    output().result(
      `deployed ${done.contract}\ncode     ${done.codeHash}, ${notice}\nreplicas ${done.replicas.length}`,
      done,
    )
  })

program
  .command('send <method> [args]')
  .description('send a sealed command or job, wait for its result')
  .requiredOption('--from <key>', 'who signs: a key name, or //Alice on development networks')
  .option('--contract <id>', 'the contract; the newest deployment of this folder if absent')
  .option('--source <file>', 'module that exports the contract')
  .option('--receipt <file>', 'write the receipt of the result')
  .action(async (method: string, args: string | undefined, options: CallOptions & { receipt?: string }) => {
    const params = await callParams(method, args, options)
    const done = await connected((client) => send(client, params, options.receipt))
    output().result(`${text(done.result)}\nmessage ${done.sequence}, settled at block ${done.block}`, done)
  })

program
  .command('query <method> [args]')
  .description('ask a replica over a sealed session; leaves no trace on chain')
  .option('--from <key>', 'who asks: a key name, or //Alice on development networks')
  .option('--permit <file>', 'asks by a permit, in the name of who gave it')
  .option('--contract <id>', 'the contract; the newest deployment of this folder if absent')
  .option('--source <file>', 'module that exports the contract')
  .action(async (method: string, args: string | undefined, options: QueryOptions) => {
    const { from, permit: file, contract, source } = options
    if ((from === undefined) === (file === undefined)) {
      throw new CliError('cli.bad-argument', 'give --from KEY, or --permit FILE')
    }
    const asker = file === undefined ? { signer: await loadSigner(from ?? '') } : { permit: await loadPermit(file) }
    const params = { method, args: json(args ?? '{}'), contract, source }
    const answer = await connected((client) => ask(client, params, asker))
    output().result(text(answer.result), answer)
  })

const permit = program.command('permit').description('let a key read in the name of an account, and take that back')
permit
  .command('create')
  .description('sign a permit, and write it with a fresh key to a file')
  .requiredOption('--from <key>', 'in whose name it asks: a key name, or //Alice on development networks')
  .requiredOption('--contract <id[:methods]>', 'what it may ask; may be given again', scopes)
  .requiredOption('--out <file>', 'where it goes: whoever reads the file can use it')
  .option('--site <name>', 'who uses it: the origin of a page, or the name of a program', 'pha')
  .option('--worker <identity>', 'a worker that may answer, any if absent; may be given again', hashes)
  .option('--blocks <number>', 'for how many blocks: 28,800 are a day', number)
  .option('--uses <number>', 'how many queries each worker answers', number)
  .action(async (options: PermitOptions & { from: string; contract: PermitScope['contracts']; site: string }) => {
    const { from, contract: contracts, worker, ...rest } = options
    const signer = await loadSigner(from)
    const workers = worker?.map((identity) => fromHex(identity))
    const info = await connected((client) => createPermitFile(client, { ...rest, contracts, workers, signer }))
    output().result(permitInfoText(info), info)
  })
permit
  .command('show <file>')
  .description('what a permit allows; needs no network')
  .action(async (file: string) => {
    const info = await showPermit(file)
    output().result(permitInfoText(info), info)
  })
permit
  .command('delegate <file>')
  .description('hand a permit on to another key, within its terms; needs no network')
  .requiredOption('--out <file>', 'where the narrower permit goes')
  .option('--to <key>', 'Ed25519 public key of who may use it; a fresh one that goes into the file if absent', hash)
  .option('--contract <id[:methods]>', 'what it may ask, all that the permit may if absent; may be given again', scopes)
  .option('--worker <identity>', 'a worker that may answer; may be given again', hashes)
  .option('--until <block>', 'the last block', number)
  .option('--uses <number>', 'how many queries each worker answers', number)
  .action(async (file: string, options: PermitOptions & { to?: Hex; until?: number }) => {
    const { contract: contracts, worker, until: expiresAtBlock, to, uses, out } = options
    const workers = worker?.map((identity) => fromHex(identity))
    const info = await delegatePermitFile(file, { contracts, workers, expiresAtBlock, to, uses, out })
    output().result(permitInfoText(info), info)
  })
permit
  .command('revoke [file]')
  .description('take a permit back, on chain and at once; with --all every one that the account gave')
  .requiredOption('--from <key>', 'who takes it back, and pays')
  .option('--all', 'all that were issued before the newest block')
  .option('--before <block>', 'with --all: those that were issued before this block', number)
  .action(async (file: string | undefined, options: { from: string; all?: boolean; before?: number }) => {
    if ((file === undefined) === (options.all !== true)) {
      throw new CliError('cli.bad-argument', 'name a file, or give --all', 'pha permit revoke FILE --from KEY')
    }
    const signer = await loadSigner(options.from)
    const done = await connected<{ readonly block: number }>((client) =>
      file === undefined ? revokeAll(client, signer, options.before) : revokePermitFile(client, file, signer),
    )
    output().result(`taken back at block ${done.block}`, done)
  })

program
  .command('verify')
  .description('check something offline')
  .command('receipt <file>')
  .description('what a receipt proves, without a network')
  .action(async (file: string) => {
    const facts = await verify(file, program.opts<Global>().genesis)
    output().result(factsText(facts), facts)
  })

program
  .command('attest')
  .description('evidence of TEEs')
  .command('verify <folder>')
  .description('what evidence in a folder with case.json proves: one JSON line; exit code 1 if it is refused')
  .option('--all', 'every case at or below the folder, beside what it expects; exit code 1 if one disagrees')
  .option('--require-crls', 'refuse evidence of SEV-SNP that comes without a revocation list')
  .action((folder: string, { all = false, requireCrls = false }: { all?: boolean; requireCrls?: boolean }) => {
    const options = { crls: requireCrls ? 'required' : 'optional' } as const
    if (all) {
      const comparison = compareAll(folder, options)
      output().result(comparisonText(comparison), comparison)
      process.exitCode = comparison.agree === comparison.total ? 0 : 1
    } else {
      const outcome = verifyEvidence(folder, options)
      output().result(JSON.stringify(outcome), outcome)
      process.exitCode = outcome.ok ? 0 : 1
    }
  })

interface CallOptions {
  readonly from: string
  readonly contract?: string
  readonly source?: string
}

interface QueryOptions extends Omit<CallOptions, 'from'> {
  readonly from?: string
  readonly permit?: string
}

interface PermitOptions {
  readonly out: string
  readonly contract?: PermitScope['contracts']
  readonly worker?: readonly Hex[]
  readonly blocks?: number
  readonly uses?: number
}

async function callParams(method: string, args: string | undefined, options: CallOptions): Promise<CallParams> {
  const signer = await loadSigner(options.from)
  return { method, args: json(args ?? '{}'), signer, contract: options.contract, source: options.source }
}

function portsOption(): Option {
  return new Option('--ports <three>', 'of the node, the first gatekeeper and the first worker; 0 takes free ones')
    .default('9944,8100,8001')
    .argParser((value) => {
      if (!/^\d{1,5},\d{1,5},\d{1,5}$/.test(value))
        throw new InvalidArgumentError('three numbers, as in 9944,8100,8001')
      return value
    })
}

function json(value: string): Json {
  try {
    return JSON.parse(value) as Json
  } catch {
    throw new CliError('cli.bad-argument', `${value} is not JSON`, `quote it for the shell: '{"name":1}'`)
  }
}

function count(value: string): number {
  if (!/^[1-9][0-9]?$/.test(value)) throw new InvalidArgumentError('a number from 1 to 99')
  return Number(value)
}

function number(value: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(value)) throw new InvalidArgumentError('a number from 1 on')
  return Number(value)
}

function scopes(value: string, before: PermitScope['contracts'] = []): PermitScope['contracts'] {
  return [...before, contractScope(value)]
}

function hashes(value: string, before: readonly Hex[] = []): readonly Hex[] {
  return [...before, hash(value)]
}

function hash(value: string): Hex {
  const digits = value.toLowerCase().replace(/^0x/, '')
  if (!/^[0-9a-f]{64}$/.test(digits)) throw new InvalidArgumentError('It has 64 hexadecimal digits.')
  return `0x${digits}`
}

function text(result: unknown): string {
  return result === null ? 'done' : JSON.stringify(result)
}

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed help or what is wrong with the arguments; machines want the error too.
    if (error.exitCode !== 0 && process.argv.includes('--json'))
      createOutput(true).failure(new CliError('cli.usage', error.message))
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else {
    output().failure(error)
    process.exitCode = 1
  }
}
