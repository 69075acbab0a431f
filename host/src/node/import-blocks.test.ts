import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { concatBytes, fromHex, lengthPrefixed } from '@pha/core/codec'
import { balances, PHA } from '@pha/runtime/pallets'
import { openChainDatabase, StoredBlock } from '../db/index.ts'
import { HeldSignatures } from '../signatures/index.ts'
import { readBlockFile, writeBlockFile } from './block-file.ts'
import { openChain } from './chain.ts'
import { ensureGenesis } from './genesis.ts'
import { importBlocks } from './import-blocks.ts'
import { chainSpec, type Node } from './index.ts'
import {
  alice,
  bob,
  nextBlock,
  signed,
  startTestNode,
  temporaryDirectory,
  testGenesis,
  testSpec,
  transfer,
} from './test-node.ts'

const { verify } = new HeldSignatures()
/** Magic, hash of the genesis, first and last number. */
const HEAD_BYTES = 13 + 32 + 4 + 4
const onFault = (where: string, cause: unknown): void => {
  throw new Error(where, { cause })
}

/** The file as one array. */
async function exported(node: Node, from = 0): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  await writeBlockFile(node.chain.database, { from, to: node.chain.head.block.header.number }, async (part) => {
    parts.push(part.slice())
  })
  return concatBytes(...parts)
}

/** In pieces that respect no border. */
async function* stream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000)
}

/** Imports into a new chain of `spec` and says where it ended. */
async function imported(bytes: Uint8Array, spec = testSpec) {
  await using directory = await temporaryDirectory()
  await using database = openChainDatabase(join(directory.path, 'chain'))
  const file = await readBlockFile(stream(bytes))
  const first = await file.blocks.next()
  ok(!first.done)
  await ensureGenesis(spec, undefined, { database, verify }, first.value.proof)
  const chain = openChain({ database, verify, onFault })
  await importBlocks(chain, file)
  return { hash: chain.head.hash, root: chain.trieAt().root() }
}

describe('blocks in a file', () => {
  let node: Node
  let file: Uint8Array

  before(async () => {
    node = await startTestNode({ blockIntervalMs: 0 })
    for (let nonce = 0; nonce < 3; nonce++) {
      const made = nextBlock(node, ({ block }) => block.body.length > 2)
      const failing = balances.calls.transferKeepAlive.encode({
        dest: { type: 'Id', value: alice.accountId },
        value: 2_000_000n * PHA,
      })
      ok((await node.pool.submit(signed(node, bob, nonce, failing))).ok)
      ok((await node.pool.submit(transfer(node, alice, nonce))).ok)
      await Promise.race([made, nextBlock(node)])
    }
    await nextBlock(node)
    file = await exported(node)
  })
  after(() => node[Symbol.asyncDispose]())

  it('are executed again and give the same chain', async () => {
    const upTo = await readBlockFile(stream(file))
    const expected = node.chain.block(node.chain.hashAt(upTo.to)).header
    const { hash, root } = await imported(file)
    deepEqual(hash, node.chain.hashAt(upTo.to))
    deepEqual(root, expected.stateRoot)
  })

  it('are refused when the file ends too early, goes on too long, or is none', async () => {
    for (const length of [0, 5, 40, 60, file.length - 1]) {
      await rejects(imported(file.subarray(0, length)), { code: 'node.bad-block-file' })
    }
    await rejects(imported(concatBytes(file, Uint8Array.of(0))), { code: 'node.bad-block-file' })
    await rejects(imported(new Uint8Array(100)), { code: 'node.bad-block-file' })
  })

  it('are refused when any byte of a block was changed', async () => {
    // Behind the head and block 0: each place is in some header, body or proof.
    for (let at = 1_000; at < file.length; at += 97) {
      const edited = file.slice()
      edited[at] = (edited[at] as number) ^ 1
      await rejects(imported(edited), ({ code }: { code?: string }) => {
        ok(code === 'node.bad-block' || code === 'node.bad-block-file', `byte ${at}: ${code}`)
        return true
      })
    }
  })

  it('are refused when an extrinsic has another length than it says', async () => {
    const { blocks } = await readBlockFile(stream(file))
    const before = [file.subarray(0, HEAD_BYTES)]
    let tried = 0
    for await (const block of blocks) {
      const [first, ...others] = block.body
      for (const bad of first === undefined ? [] : [first.slice(0, -1), concatBytes(first, Uint8Array.of(0))]) {
        const edited = lengthPrefixed(StoredBlock.encode({ ...block, body: [bad, ...others] }))
        await rejects(imported(concatBytes(...before, edited)), { code: 'node.bad-block' })
        tried++
      }
      before.push(lengthPrefixed(StoredBlock.encode(block)))
    }
    ok(tried >= 6)
  })

  it('are refused on another chain', async () => {
    const other = chainSpec('Other', 'Development', fromHex(testSpec.code), { ...testGenesis, timestamp: { now: 1n } })
    await rejects(imported(file, other), { code: 'node.bad-block-file' })
  })

  it('go through the command line from one base path to another, which can then be purged', async () => {
    await using directory = await temporaryDirectory()
    const [chain, blocks] = [join(directory.path, 'chain.json'), join(directory.path, 'blocks')]
    const copy = join(directory.path, 'copy')
    await writeFile(chain, JSON.stringify(testSpec))
    await writeFile(blocks, file)
    const main = join(import.meta.dirname, 'main.ts')
    const call = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'buffer' })
    const whole = call('import', '--base-path', copy, '--chain', chain, '--in', blocks)
    equal(whole.status, 0, whole.stderr.toString())
    const back = call('export', '--base-path', copy)
    equal(back.status, 0, back.stderr.toString())
    deepEqual(new Uint8Array(back.stdout), file)
    equal(call('check', '--base-path', copy).stdout.toString(), 'ok\n')
    equal(call('check', '--base-path', copy, '--json').stdout.toString(), '{"findings":0}\n')
    equal(call('purge', '--base-path', copy).status, 1, 'nobody said yes')
    equal(call('purge', '--base-path', copy, '--yes').status, 0)
    deepEqual(await readdir(copy), [])
    equal(call('export', '--from', 'x', '--base-path', copy).status, 1)
  })
  it('are not looked for where there is no chain, and none is made there', async () => {
    await using directory = await temporaryDirectory()
    await mkdir(join(directory.path, 'empty', 'chain'), { recursive: true })
    const main = join(import.meta.dirname, 'main.ts')
    for (const command of ['check', 'export', 'purge']) {
      for (const name of ['none', 'empty']) {
        const basePath = join(directory.path, name)
        const { status, stderr } = spawnSync(process.execPath, [main, command, '--base-path', basePath])
        equal(status, 1)
        const lines = stderr.toString().split('\n')
        equal(lines[0], `error node.bad-config: there is no chain in ${basePath}`)
        match(lines[1] ?? '', new RegExp(`^  fix: .*${command} --base-path`))
      }
    }
    deepEqual((await readdir(directory.path, { recursive: true })).sort(), ['empty', join('empty', 'chain')])
  })
})
