import { deepEqual, equal, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { toHex, utf8Decode, utf8Encode } from '@pha/core/codec'
import { keypairFromSeed, Secret } from '@pha/core/crypto'
import { developmentChain } from '@pha/host/dev'
import { buildRuntime, currentRuntimeCode } from '@pha/host/runtime'
import { readRuntimeCode, writeRuntimeCode } from '@pha/runtime/chain'
import { RUNTIME_VERSION } from '@pha/runtime/pallets'
import { type ApiPromise, Keyring } from '@polkadot/api'
import type { ISubmittableResult } from '@polkadot/types/types'
import { connect, read, type Transaction, transaction } from '../conformance/polkadot-js-client.ts'
import { type TemporaryFolder, temporaryFolder, until } from '../src/index.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.resolve('@pha/host/node')))
const SEED = new Uint8Array(32).fill(11)
const V1 = RUNTIME_VERSION.specVersion
const [V2, V3] = [1_001, 1_002]
const FIRST_NOTES = 100

const versionOf = (specVersion: number, entry: string) =>
  buildRuntime({
    entry: `testing/src/runtimes/${entry}.ts`,
    replaced: {
      'runtime/src/pallets/system/spec-version.ts': `testing/src/runtimes/spec-version-${specVersion}.ts`,
    },
  })

/** A process of the node, and a client of it. */
interface RunningNode {
  readonly process: ChildProcess
  readonly api: ApiPromise
  readonly log: () => string
}

interface Finalised {
  readonly extrinsic: string
  readonly block: string
}

describe('a chain that is upgraded twice under load', () => {
  let folder: TemporaryFolder
  let node: RunningNode
  let v2: Uint8Array
  let v3: Uint8Array
  const keyring = new Keyring({ type: 'sr25519' })
  const alice = keyring.addFromUri('//Alice')
  const senders = ['//Bob', '//Charlie', '//Dave'].map((path) => keyring.addFromUri(path))
  const finalised: Finalised[] = []
  const loading = new AbortController()
  let load: Promise<void>[] = []

  async function start(): Promise<RunningNode> {
    const args = ['--base-path', join(folder.path, 'node'), '--port', '0', '--chain', join(folder.path, 'chain.json')]
    const child = spawn(process.execPath, [MAIN, ...args, '--authority-key', join(folder.path, 'authority.key')], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {},
    })
    let log = ''
    child.stderr.on('data', (data: Buffer) => {
      log += data.toString()
    })
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const { port } = JSON.parse(line) as { readonly port: number }
    const { api } = await connect(`ws://127.0.0.1:${port}`)
    return { process: child, api, log: () => log }
  }

  async function stop({ process: child, api }: RunningNode): Promise<void> {
    await api.disconnect()
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
    equal(child.exitCode, 0)
  }

  /** Signs, sends and waits until it is final; gives the block, or `undefined` if the node drops it. */
  function send(make: (api: ApiPromise) => Transaction, from = alice): Promise<Finalised | undefined> {
    return new Promise((resolve, reject) => {
      let unsubscribe: (() => void) | undefined
      const settle = (result: Finalised | undefined): void => {
        unsubscribe?.()
        resolve(result)
      }
      make(node.api)
        .signAndSend(from, { nonce: -1 }, ({ status, txHash }: ISubmittableResult) => {
          if (status.isFinalized) settle({ extrinsic: txHash.toHex(), block: status.asFinalized.toHex() })
          else if (status.isInvalid || status.isDropped || status.isUsurped) settle(undefined)
        })
        .then((stopWatching) => {
          unsubscribe = stopWatching
        }, reject)
    })
  }

  const setCode = (code: Uint8Array) =>
    send((api) => transaction(api, 'sudo.sudo', transaction(api, 'system.setCode', toHex(code))))

  /** Transfers, one after the other, until the load ends. What the upgrade made invalid is signed again. */
  async function transferForEver(from: (typeof senders)[number]): Promise<void> {
    while (!loading.signal.aborted) {
      const sent = await send(
        (api) => transaction(api, 'balances.transferKeepAlive', alice.address, 1_000_000_000n),
        from,
      )
        // Refused at the door: signed for the version before.
        .catch(() => undefined)
      if (sent !== undefined) finalised.push(sent)
    }
  }

  before(async () => {
    folder = await temporaryFolder()
    const authority = keypairFromSeed('ed25519', Secret.from(SEED))
    const code = await currentRuntimeCode()
    ;[v2, v3] = await Promise.all([versionOf(V2, 'notes-with-numbers'), versionOf(V3, 'notes-with-texts')])
    const measurements = { worker: [], gatekeeper: [] }
    const spec = developmentChain({ code, authority: authority.publicKey, operators: [], measurements })
    await writeFile(join(folder.path, 'chain.json'), JSON.stringify(spec))
    await writeFile(join(folder.path, 'authority.key'), `${toHex(SEED)}\n`, { mode: 0o600 })
    node = await start()
    load = senders.map(transferForEver)
    await until('transfers are final', () => finalised.length >= 3)
  })
  after(async () => {
    loading.abort()
    await Promise.allSettled(load)
    await node.api.disconnect()
    node.process.kill('SIGKILL')
    await folder[Symbol.asyncDispose]()
  })

  const specVersion = async (): Promise<number> => (await node.api.rpc.state.getRuntimeVersion()).specVersion.toNumber()

  it('refuses by an error of the call what is not newer, has another name, or is no runtime', async () => {
    const script = utf8Decode(v2)
    const version = readRuntimeCode(v2)
    ok(version !== undefined)
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [await currentRuntimeCode(), 'SpecVersionNeedsToIncrease'],
      [writeRuntimeCode({ ...version, specName: 'other' }, script), 'InvalidSpecName'],
      [utf8Encode('not a runtime'), 'FailedToExtractRuntimeVersion'],
    ]
    for (const [code, error] of cases) {
      const sent = await setCode(code)
      ok(sent !== undefined, error)
      const { events } = await eventsOf(sent)
      const sudid = events.find(({ event }) => event.section === 'sudo' && event.method === 'Sudid')
      const result = sudid?.event.data[0] as unknown as {
        readonly isErr: boolean
        readonly asErr: { readonly asModule: never }
      }
      equal(result.isErr && node.api.registry.findMetaError(result.asErr.asModule).name, error)
    }
    equal(await specVersion(), V1)
  })

  it('lets nothing into a block that throws, loops, fills memory, or breaks its migration; and goes on', async () => {
    const version = readRuntimeCode(v2)
    ok(version !== undefined)
    const runtimeOf = (body: string) =>
      writeRuntimeCode(version, `((hashes) => ({ runtime: { call(host, method, input) { ${body} } } }))`)
    const migration = 'storage.notes.set(key, key * 10)'
    ok(utf8Decode(v2).includes(migration))
    const cases = [
      writeRuntimeCode(version, 'this is not JavaScript'),
      runtimeOf('throw new Error("no")'),
      runtimeOf('for (;;);'),
      runtimeOf('const all = []; for (;;) all.push(new Uint8Array(1_000_000).fill(1))'),
      utf8Encode(utf8Decode(v2).replace(migration, 'throw new Error("a broken migration")')),
    ]
    for (const code of cases) equal(await setCode(code), undefined)
    equal(await specVersion(), V1)
    const count = finalised.length
    await until('transfers go on', () => finalised.length > count + 2)
    equal((node.log().match(/runtime upgrade refused/g) ?? []).length >= cases.length, true)
  })

  it('takes the second and the third runtime between two blocks, with their migrations', async () => {
    const inV1 = finalised.at(-1)
    const toV2 = await setCode(v2)
    ok(inV1 !== undefined && toV2 !== undefined)
    await until('the client knows the second runtime', () => node.api.runtimeVersion.specVersion.eq(V2))
    const inV2 = await send((api) => transaction(api, 'notes.write', 7, 77))
    const toV3 = await setCode(v3)
    await until('the client knows the third runtime', () => node.api.runtimeVersion.specVersion.eq(V3))
    const inV3 = await send((api) => transaction(api, 'notes.write', 8, 88, '0x00'))
    ok(inV2 !== undefined && toV3 !== undefined && inV3 !== undefined)
    const count = finalised.length
    await until('transfers go on', () => finalised.length > count + 2)

    // Each block with its own metadata.
    const at = async ({ block }: Finalised) => node.api.at(block)
    const versions = await Promise.all(
      [inV1, inV2, inV3].map(async (sent) => (await at(sent)).runtimeVersion.specVersion.toNumber()),
    )
    deepEqual(versions, [V1, V2, V3])
    equal((await at(inV1)).query.notes, undefined)
    equal((await read(await at(inV2), 'notes.notes', 7)).toJSON(), 77)
    const rewritten = await (await at(inV3)).query.notes?.notes?.entries()
    const notes = new Map(
      (rewritten ?? []).map(([key, value]) => [Number(key.args[0]), (value as { toJSON(): unknown }).toJSON()]),
    )
    equal(notes.size, FIRST_NOTES)
    deepEqual(notes.get(7), { text: 'note 7', value: 77 })
    deepEqual(notes.get(8), { text: '', value: 88 })
    deepEqual(notes.get(9), { text: 'note 9', value: 90 })

    const written = async (sent: Finalised) =>
      (await eventsOf(sent)).events.find(({ event }) => event.method === 'Written')?.event.toHuman().data
    deepEqual(await written(inV2), { key: '7' })
    deepEqual(await written(inV3), { key: '8', value: '88' })
    const transfers = (await eventsOf(inV1)).events.filter(({ event }) => event.method === 'Transfer')
    ok(transfers.length > 0)
  })

  it('lost no transfer that it called final, and no block', async () => {
    loading.abort()
    await Promise.all(load)
    for (const { extrinsic, block } of finalised) {
      const { block: body } = await node.api.rpc.chain.getBlock(block)
      ok(
        body.extrinsics.some(({ hash }) => hash.toHex() === extrinsic),
        `${extrinsic} in ${block}`,
      )
    }
    const head = (await node.api.rpc.chain.getHeader()).number.toNumber()
    let parent = (await node.api.rpc.chain.getBlockHash(0)).toHex()
    for (let number = 1; number <= head; number++) {
      const hash = await node.api.rpc.chain.getBlockHash(number)
      const header = await node.api.rpc.chain.getHeader(hash)
      equal(header.parentHash.toHex(), parent)
      parent = hash.toHex()
    }
    equal(node.process.exitCode, null)
  })

  it('goes on with the newest runtime after a restart', async () => {
    await stop(node)
    node = await start()
    equal(await specVersion(), V3)
    const sent = await send(
      (api) => transaction(api, 'balances.transferKeepAlive', alice.address, 1_000_000_000n),
      senders[0],
    )
    ok(sent !== undefined)
    equal(node.api.consts.system?.version !== undefined, true)
  })

  async function eventsOf({ extrinsic, block }: Finalised) {
    const api = await node.api.at(block)
    const { block: body } = await node.api.rpc.chain.getBlock(block)
    const index = body.extrinsics.findIndex(({ hash }) => hash.toHex() === extrinsic)
    const all = (await api.query.system?.events?.()) as unknown as readonly {
      readonly phase: { readonly isApplyExtrinsic: boolean; readonly asApplyExtrinsic: { toNumber(): number } }
      readonly event: {
        readonly section: string
        readonly method: string
        readonly data: readonly unknown[]
        toHuman(): { readonly data: unknown }
      }
    }[]
    return {
      events: all.filter(({ phase }) => phase.isApplyExtrinsic && phase.asApplyExtrinsic.toNumber() === index),
    }
  }
})
