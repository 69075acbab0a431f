import { equal, match, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { blake2b256, sha256 } from '@pha/core/crypto'
import { HealthCohort } from '@pha/health-cohort'
import { PHA, system } from '@pha/runtime/pallets'
import {
  type Client,
  type ContractClient,
  createClient,
  encodeInit,
  fromHex,
  type Keypair,
  keypairFromSeed,
  makeReceipt,
  Secret,
  type SentCommand,
  type SettledReply,
  sendCall,
  toHex,
  waitForReply,
} from '@pha/sdk'
import { bootProcesses, holds, type ProcessNetwork, type TemporaryFolder, temporaryFolder, until } from '@pha/testing'
import { webSocketPayloads } from '../src/websocket-payloads.ts'
import { deploySource } from './deploy-source.ts'

const CLI = fileURLToPath(new URL('../../client/cli/src/main.ts', import.meta.url))

const OWNERS = 54
const COLUMNS = 1_093
/** The canary's place in every row. */
const CANARY_AT = 500

/** Five digits each, so that they are distinctive as decimal text too. */
const canary = Uint16Array.from({ length: 16 }, () => 10_000 + randomBytes(2).readUInt16LE() / 2)
/** Begins the seed of every account of this test. */
const seedCanary = randomBytes(16)
/** Public on purpose: what the search must find. */
const marker = randomBytes(32)

/** An owner's answers: yes or no in the first two columns, then codes of his own, and the canary. */
function rowOf(owner: number): Uint16Array {
  const row = Uint16Array.from({ length: COLUMNS }, (_, i) => (owner * 31 + i * 7) % 10)
  row.set([owner % 2, Number(owner % 2 === 1 ? owner % 3 > 0 : owner % 5 > 2)])
  row.set(canary, CANARY_AT)
  return row
}

function newAccount(): Keypair {
  return keypairFromSeed('sr25519', Secret.from(Buffer.concat([seedCanary, randomBytes(16)])))
}

/** The ways in which numbers and bytes become bytes of a file or a connection; `holds` adds hexadecimal and base64. */
function formsOf(numbers: Uint16Array): readonly Buffer[] {
  const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  return [bytes, Buffer.from(bytes).swap16(), ...textsOf([...numbers]), ...formsOfBytes(bytes)]
}

function formsOfBytes(bytes: Buffer): readonly Buffer[] {
  const spaced = bytes.toString('hex').replaceAll(/..(?=.)/g, '$& ')
  return [bytes, ...textsOf([...bytes]), Buffer.from(spaced)]
}

function textsOf(numbers: readonly number[]): readonly Buffer[] {
  return [',', ', ', ' '].map((separator) => Buffer.from(numbers.join(separator)))
}

/** What of `needles` is in `haystack`; empty is what every secret has to give. */
function found(haystack: ReadonlyMap<string, Buffer>, needles: readonly Buffer[]): readonly string[] {
  return [...haystack].flatMap(([name, bytes]) => (needles.some((needle) => holds(bytes, needle)) ? [name] : []))
}

/** Halves: what breaks a secret in two must not hide it. */
const rowNeedles = [canary.subarray(0, 8), canary.subarray(8)].flatMap((half) => formsOf(half.slice()))
const seedNeedles = formsOfBytes(seedCanary)

describe('the rows of 54 owners', () => {
  let recordings: TemporaryFolder
  let network: ProcessNetwork
  let client: Client
  let cohort: ContractClient<(typeof HealthCohort)['interface']>
  let sent: readonly SentCommand[]
  let answer: SettledReply & { readonly decimal: string }
  const owners = Array.from({ length: OWNERS }, newAccount)
  const [analyst, stranger, sponsor] = [newAccount(), newAccount(), newAccount()]
  /** Everything that was written or sent, by name, read after all was done. */
  let files: ReadonlyMap<string, Buffer>
  let sockets: ReadonlyMap<string, Buffer>
  let channels: ReadonlyMap<string, Buffer>
  let processes: ReadonlyMap<string, Buffer>
  let replySizes: readonly number[]

  before(async () => {
    recordings = await temporaryFolder()
    const enclaves = join(recordings.path, 'enclaves')
    await mkdir(enclaves)
    const preload = `--import=${new URL('record-enclaves.ts', import.meta.url).href}`
    const usual = { NODE_OPTIONS: process.env.NODE_OPTIONS ?? '' }
    Object.assign(process.env, { NODE_OPTIONS: preload, PHA_RECORD_ENCLAVES: enclaves })
    try {
      const people = [...owners, analyst, stranger, sponsor]
      const endowments = people.map(({ accountId }) => [accountId, 100n * PHA] as const)
      network = await bootProcesses({ record: true, endowments })
    } finally {
      Object.assign(process.env, usual)
    }
    const replySeed = Secret.from(Buffer.concat([seedCanary, randomBytes(16)]))
    client = createClient({ url: network.nodeUrl, replySeed })
    await sendCall(client, { call: system.calls.remark.encode({ remark: marker }), signer: sponsor })
    cohort = await deploySource(client, {
      contract: HealthCohort,
      source: new URL(import.meta.resolve('@pha/health-cohort')),
      init: encodeInit(HealthCohort, { analysts: [analyst.accountId], columns: COLUMNS }),
      signer: sponsor,
    })
    sent = await Promise.all(owners.map((signer, i) => cohort.send.contribute({ answers: rowOf(i) }, { signer })))
    const settled = await Promise.all(sent.map((command) => waitForReply(client, command)))
    ok(settled.every(({ reply }) => reply.receipt.outcome.type === 'Ok'))
    // The rows travel once more: each owner reads his own, and one lies in the answer to a stranger who asks for his.
    for (const [i, signer] of owners.entries()) {
      const row = await cohort.query.mine({}, { signer })
      ok(row !== undefined && Buffer.from(row.buffer).equals(Buffer.from(rowOf(i).buffer)))
    }
    equal(await cohort.query.mine({}, { signer: stranger }), undefined)
    const split = (column: number) => ({ column, test: { type: 'Equals' }, code: 1 }) as const
    const job = await cohort.settled.association({ exposure: split(0), illness: split(1) }, { signer: analyst })
    answer = { ...job, decimal: job.result.pValue.decimal }

    replySizes = await Promise.all(sent.map(({ sequence }) => replySize(sequence)))
    processes = await readProcesses()
    ;[files, channels] = await Promise.all([readFolder(network.folder), readFolder(enclaves)])
    sockets = new Map(
      network.recorders.flatMap(({ connections }, i) =>
        connections().flatMap(({ toTarget, fromTarget }, n) => {
          const plain = { [`${i}/${n}/to`]: toTarget, [`${i}/${n}/from`]: fromTarget }
          const masked = /^upgrade: websocket/im.test(toTarget.toString('latin1', 0, 1_000))
          return Object.entries(masked ? { ...plain, [`${i}/${n}/unmasked`]: webSocketPayloads(toTarget) } : plain)
        }),
      ),
    )
  })
  after(async () => {
    client.close()
    await network[Symbol.asyncDispose]()
    await recordings[Symbol.asyncDispose]()
  })

  it('are in what the enclaves answer to their owners: the search would find them', async () => {
    const mine = await cohort.query.mine({}, { signer: owners[0] as Keypair })
    const row = Buffer.from(mine?.buffer ?? new ArrayBuffer())
    const shown = {
      plain: row,
      hexadecimal: `0x${row.toString('hex')}`,
      base64: `xy${row.toString('base64')}`,
      'hexadecimal with spaces': row.toString('hex').replaceAll(/../g, '$& '),
      'a list of bytes': JSON.stringify([...row]),
      'a list of codes': JSON.stringify([...(mine ?? [])]),
    }
    const haystack = new Map(Object.entries(shown).map(([name, text]) => [name, Buffer.from(text)]))
    equal(`${found(haystack, rowNeedles)}`, `${Object.keys(shown)}`)
  })

  it('would be found in every place that is searched: what is public is', async () => {
    const public32 = [marker]
    ok(
      found(files, public32).some((name) => name.startsWith('node/')),
      'the database',
    )
    ok(
      found(sockets, public32).some((name) => name.endsWith('unmasked')),
      'a client and the node',
    )
    ok(found(sockets, [Buffer.from(cohort.contract)]).length >= 5, 'hosts and the node')
    const registered = [Buffer.from(analyst.accountId)]
    equal(found(channels, registered).filter((name) => name.endsWith('to-enclave.bin')).length, 3, 'the channels')
    ok(found(processes, [Buffer.from(network.folder)]).length > 5, 'the arguments')
    const logs = [...files].filter(([name]) => name.startsWith('logs/'))
    ok(logs.length === 5 && logs.some(([, bytes]) => bytes.includes('batch settled')), 'the logs')
    for (const part of ['hosts/worker-1/blobs', 'hosts/worker-1/store', 'node/'])
      ok(
        [...files].some(([name, bytes]) => name.startsWith(part) && bytes.length > 100),
        part,
      )
    await writeFile(join(network.folder, 'planted.json'), JSON.stringify([...rowOf(3)]))
    equal(`${found(await readFolder(network.folder), rowNeedles)}`, 'planted.json')
  })

  it('are in no file: database, blobs, sealed stores, logs', () => {
    equal(`${found(files, rowNeedles)}`, '')
  })

  it('are in no bytes on any socket: client and node, client and workers, hosts and node, hosts and hosts', () => {
    ok(sockets.size > 20)
    equal(`${found(sockets, rowNeedles)}`, '')
  })

  it('are in no bytes between a host and its enclave', () => {
    const enclaves = new Set([...channels.keys()].map((name) => name.split('/')[0]))
    equal(enclaves.size, 4)
    ok([...channels.values()].reduce((sum, { length }) => sum + length, 0) > OWNERS * 3 * 2_000)
    equal(`${found(channels, rowNeedles)}`, '')
  })

  it('are in no arguments or environment of a process', () => {
    ok([...processes.keys()].some((name) => name.endsWith('enclave/cmdline')))
    equal(`${found(processes, rowNeedles)}`, '')
  })

  it('are in no receipt of somebody else, which shows what it is for', async () => {
    const receipt = await makeReceipt(client, answer)
    const shown = new Map([['receipt', Buffer.from(JSON.stringify(receipt))]])
    equal(found(shown, [Buffer.from(answer.decimal)]).length, 1)
    equal(found(shown, rowNeedles).length, 0)
  })

  it('lead to an answer that is sealed too', () => {
    match(answer.decimal, /^0\.\d{12}/)
    const needle = [Buffer.from(answer.decimal)]
    for (const place of [files, sockets, channels, processes]) equal(`${found(place, needle)}`, '')
  })

  it('are sent in extrinsics of one size, and acknowledged in replies of one size', async (test) => {
    const sizes = await Promise.all(sent.map(extrinsicSize))
    equal(sizes.length, OWNERS)
    test.diagnostic(`extrinsics ${[...new Set(sizes)]} bytes, replies ${[...new Set(replySizes)]} bytes`)
    equal(new Set(sizes).size, 1)
    equal(new Set(replySizes).size, 1)
  })

  it('leave no seed of an account anywhere', () => {
    for (const place of [files, sockets, channels, processes]) equal(`${found(place, seedNeedles)}`, '')
    const shown = [
      inspect(owners, { depth: 9, showHidden: true }),
      JSON.stringify(owners),
      inspect(client, { depth: 9 }),
    ]
    for (const text of shown) equal(found(new Map([['shown', Buffer.from(text)]]), seedNeedles).length, 0)
  })

  it('keep the seeds of hosts and node in their key files', async () => {
    const keys = [...files].filter(([name]) => name.startsWith('keys/'))
    equal(keys.length, 5)
    const others = new Map([...files, ...sockets, ...channels, ...processes])
    for (const [name] of keys) others.delete(name)
    for (const [, text] of keys) {
      const seed = fromHex(/(?:0x)?[0-9a-f]{64}/.exec(text.toString())?.[0].replace(/^(?!0x)/, '0x') ?? '0x')
      equal(seed.length, 32)
      equal(`${found(others, [Buffer.from(seed)])}`, '')
    }
  })

  it('let no seed out through the command, in text or JSON, also when it fails', async () => {
    const keys = join(recordings.path, 'keys')
    const pha = async (...args: readonly string[]): Promise<string> => {
      const child = spawn(process.execPath, [CLI, ...args], {
        cwd: recordings.path,
        env: { ...process.env, PHA_KEYS: keys, PHA_URL: network.nodeUrl },
      })
      return (await Promise.all([text(child.stdout), text(child.stderr)])).join('')
    }
    const created = await pha('keys', 'new', 'ann')
    const seed = Buffer.from(fromHex((await readFile(join(keys, 'ann.key'), 'utf8')).trim()))
    equal(seed.length, 32)
    const source = ['--source', fileURLToPath(import.meta.resolve('@pha/health-cohort'))]
    const call = ['--from', 'ann', '--contract', toHex(cohort.contract), ...source]
    const said = [
      created,
      await pha('keys', 'show', 'ann', '--json'),
      await pha('keys', 'new', 'ann'),
      await pha('query', 'usage', '--json', ...call),
      await pha('send', 'withdraw', '--json', ...call),
      await pha('send', 'withdraw', '{"answers":1}', ...call),
    ]
    const expected = [
      /^ann {2}\w{40}/,
      /"publicKey":"0x/,
      /key-exists/,
      /"result":\[\]/,
      /"code":"sdk\./,
      /bad-argument/,
    ]
    for (const [i, pattern] of expected.entries()) match(said[i] ?? '', pattern)
    const texts = new Map(said.map((each, i) => [`${i}`, Buffer.from(each)]))
    equal(`${found(texts, formsOfBytes(seed))}`, '')
  })

  it('show in no size whether a question was answered, and which it was', async (test) => {
    const split = (column: number, code: number) => ({ column, test: { type: 'AtLeast' }, code }) as const
    const questions = {
      answered: () => cohort.send.count({ split: split(0, 1) }, { signer: analyst }),
      'too small a group': () => cohort.send.count({ split: split(0, 2) }, { signer: analyst }),
      'not an analyst': () => cohort.send.count({ split: split(0, 1) }, { signer: stranger }),
      mean: () => cohort.send.mean({ column: 7, among: undefined }, { signer: analyst }),
      association: () => cohort.send.association({ exposure: split(0, 1), illness: split(1, 1) }, { signer: analyst }),
    }
    const outcomes: string[] = []
    const sizes = new Set<string>()
    for (const ask of Object.values(questions)) {
      const command = await ask()
      const { reply, commit } = await waitForReply(client, command)
      outcomes.push(reply.receipt.outcome.type)
      const delta = await until('its blob is here', () => blobSize(commit.commit.deltaCid))
      sizes.add(
        `command ${await extrinsicSize(command)}, reply ${await replySize(command.sequence)}, delta ${delta} bytes`,
      )
    }
    equal(`${outcomes}`, 'Ok,Rejected,Rejected,Ok,Ok')
    test.diagnostic([...sizes].join('; '))
    equal(sizes.size, 1)
  })

  async function blobSize(cid: Uint8Array): Promise<number> {
    for (const [, bytes] of await readFolder(join(network.folder, 'hosts', 'worker-1', 'blobs'))) {
      if (sha256(bytes).every((byte, i) => byte === cid[cid.length - 32 + i])) return bytes.length
    }
    throw new Error('no such blob')
  }

  async function extrinsicSize({ block, extrinsicHash }: SentCommand): Promise<number> {
    const signal = AbortSignal.timeout(10_000)
    const hash = await client.rpc.request('chain_getBlockHash', [block], signal)
    const { block: body } = (await client.rpc.request('chain_getBlock', [hash], signal)) as {
      readonly block: { readonly extrinsics: readonly `0x${string}`[] }
    }
    const bytes = body.extrinsics.map((hex) => fromHex(hex))
    const own = bytes.find((each) => toHex(blake2b256(each)) === toHex(extrinsicHash))
    return own?.length ?? 0
  }

  async function replySize(sequence: bigint): Promise<number> {
    // The first worker may be the last of the three to have it.
    return await until('its reply is here', async () => {
      const response = await fetch(`${network.workerUrls[0]}/reply/${toHex(cohort.contract)}/${sequence}`)
      const { byteLength } = await response.arrayBuffer()
      return response.status === 200 && byteLength
    })
  }

  async function readProcesses(): Promise<ReadonlyMap<string, Buffer>> {
    const listed = await network.processes()
    const read = listed.flatMap(({ name, pid }) =>
      ['cmdline', 'environ'].map(async (file) => [`${name}/${file}`, await readFile(`/proc/${pid}/${file}`)] as const),
    )
    return new Map(await Promise.all(read))
  }
})

/** All files in it, at a moment in which none of them is renamed or removed before it is read. */
function readFolder(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  return until(`${folder} is read`, async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const names = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
    return new Map(
      await Promise.all(names.map(async (name) => [name.slice(folder.length + 1), await readFile(name)] as const)),
    )
  })
}
