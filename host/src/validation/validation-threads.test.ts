import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { keypairFromSeed, multiSign, Secret } from '@pha/core/crypto'
import { writeRuntimeCode } from '@pha/runtime/chain'
import { RUNTIME_VERSION } from '@pha/runtime/pallets'
import { newestState } from '../node/pool-validation.ts'
import { alice, startDrivenNode, transfer } from '../node/test-node.ts'
import { buildRuntime } from '../runtime/index.ts'
import type { SignatureCheck } from '../signatures/index.ts'
import { type ValidatedState, validationThreads } from './validation-threads.ts'

const newer = await buildRuntime({
  replaced: { 'runtime/src/pallets/system/spec-version.ts': 'host/src/runtime/newer-spec-version.fixture.ts' },
})
const keypair = keypairFromSeed('sr25519', Secret.from(new Uint8Array(32).fill(9)))

function honest(n: number): SignatureCheck {
  const message = Uint8Array.of(n & 255, n >> 8)
  const { type, value } = multiSign(keypair, message)
  return { scheme: type, signature: value, message, account: keypair.accountId }
}

function forged(n: number): SignatureCheck {
  return { ...honest(n), message: Uint8Array.of(1, 2, 3) }
}

/** Ends the thread that works on it: no client can send one, as decoding knows three schemes only. */
const poison: SignatureCheck = { ...honest(0), scheme: 'Unheard-of' as SignatureCheck['scheme'] }

/** Of a chain that nobody asks about here. */
const noState: ValidatedState = {
  code: () => new Uint8Array(),
  head: () => ({ hash: new Uint8Array(32), number: 0 }),
  get: () => undefined,
}

function threadsOf(threads: number, capacity = 1_000) {
  const faults: string[] = []
  const onFault = (_: string, cause: unknown): void => void faults.push(String(cause))
  return { faults, threads: validationThreads({ threads, capacity, state: noState, onFault }) }
}

describe('validation threads', () => {
  it('say of each signature whether it holds', async () => {
    const { threads, faults } = threadsOf(2)
    await using _ = threads
    const checks = Array.from({ length: 300 }, (_, n) => (n % 3 === 0 ? forged(n) : honest(n)))
    const verdicts = await Promise.all(checks.map((check) => threads.check(check)))
    verdicts.forEach((verdict, n) => {
      equal(verdict, n % 3 === 0 ? 'forged' : 'holds', `check ${n}`)
    })
    equal(threads.size, 0)
    deepEqual(faults, [])
  })

  it('leave the event loop free meanwhile', async () => {
    const { threads } = threadsOf(1)
    await using _ = threads
    let turns = 0
    let done = false
    const verdicts = Promise.all(Array.from({ length: 200 }, (_, n) => threads.check(forged(n)))).then(() => {
      done = true
    })
    while (!done) {
      await new Promise(setImmediate)
      turns++
    }
    await verdicts
    ok(turns > 20, `${turns} turns`)
  })

  it('refuse what exceeds their capacity, and take on more once there is room', async () => {
    const { threads } = threadsOf(1, 8)
    await using _ = threads
    const verdicts = await Promise.all(Array.from({ length: 10 }, (_, n) => threads.check(honest(n))))
    deepEqual(verdicts, [...Array(8).fill('holds'), 'busy', 'busy'])
    equal(await threads.check(honest(0)), 'holds')
  })

  it('go on after a thread ended, with all that it had not answered', async () => {
    const { threads, faults } = threadsOf(1)
    await using _ = threads
    equal(await threads.check(honest(0)), 'holds')
    const checks = Array.from({ length: 100 }, (_, n) => (n === 30 ? poison : n === 70 ? forged(n) : honest(n)))
    const verdicts = await Promise.all(checks.map((check) => threads.check(check)))
    verdicts.forEach((verdict, n) => {
      equal(verdict, n === 30 ? 'busy' : n === 70 ? 'forged' : 'holds', `check ${n}`)
    })
    ok(faults.length >= 3 && faults.every((fault) => fault.includes('scheme')), String(faults))
    equal(threads.size, 0)
  })

  it('answer everybody when they end', async () => {
    const { threads } = threadsOf(1)
    const verdicts = Array.from({ length: 500 }, (_, n) => threads.check(honest(n)))
    await threads[Symbol.asyncDispose]()
    const answered = await Promise.all(verdicts)
    ok(answered.every((verdict) => verdict === 'holds' || verdict === 'busy'))
    equal(await threads.check(honest(1)), 'busy')
  })

  it('validate at the newest state, block by block, and with the newest runtime', async () => {
    await using driven = await startDrivenNode()
    const { node, block } = driven
    const state = { ...newestState(node.chain) }
    const faults: unknown[] = []
    await using threads = validationThreads({
      threads: 2,
      capacity: 100,
      state,
      onFault: (_, cause) => faults.push(cause),
    })
    node.chain.onFinalised((_, { changes }) => threads.noteBlock(changes, false))
    const said = async (...extrinsics: Uint8Array[]): Promise<string[]> => {
      const validations = await Promise.all(extrinsics.map((extrinsic) => threads.validate(extrinsic)))
      return validations.map((validation) => {
        if (validation === undefined || validation === 'busy') return `${validation}`
        const { height, validity } = validation
        return `${height} ${validity.ok ? 'ok' : validity.error.value.type}`
      })
    }
    const transfers = Array.from({ length: 80 }, (_, nonce) => transfer(node, alice, nonce))
    const forged = transfers.map((extrinsic) => extrinsic.with(60, extrinsic[60] === 0 ? 1 : 0))
    deepEqual(await said(...transfers, ...forged.slice(0, 20)), [
      ...Array(80).fill('0 ok'),
      ...Array(20).fill('0 BadProof'),
    ])
    for (let height = 1; height < 4; height++) {
      await block(transfers[height - 1] as Uint8Array)
      deepEqual(await said(transfers[height - 1] as Uint8Array, transfers[height] as Uint8Array), [
        `${height} Stale`,
        `${height} ok`,
      ])
    }
    state.code = () => newer
    threads.noteBlock([], true)
    deepEqual(await said(transfers[3] as Uint8Array), ['3 BadProof'], 'it names the version before')
    state.code = () => new Uint8Array(9)
    threads.noteBlock([], true)
    deepEqual(await said(transfers[3] as Uint8Array), ['undefined'], 'threads do not have this one')
    deepEqual(faults, [])
  })

  it('leave it to the node to find out that its database fails', async () => {
    await using driven = await startDrivenNode()
    const { node } = driven
    let fails = true
    const state: ValidatedState = {
      ...newestState(node.chain),
      get(key) {
        if (fails) throw new Error('as it is told')
        return node.chain.trieAt().get(key)
      },
    }
    await using threads = validationThreads({ threads: 1, capacity: 100, state, onFault: () => {} })
    const ask = () => threads.validate(transfer(node, alice, 0))
    equal(await ask(), undefined)
    equal(await ask(), undefined)
    fails = false
    const validation = await ask()
    equal(typeof validation === 'object' && validation.validity.ok, true)
  })

  it('end over a runtime that does not come back, and say so', async () => {
    const faults: string[] = []
    const looping = writeRuntimeCode(RUNTIME_VERSION, '((hashes) => ({ runtime: { call() { for (;;); } } }))')
    await using threads = validationThreads({
      threads: 1,
      capacity: 100,
      state: { ...noState, code: () => looping },
      stallMs: 1_000,
      onFault: (_, cause) => faults.push(String(cause)),
    })
    equal(await threads.validate(new Uint8Array(100)), 'busy')
    ok(faults.length === 3 && faults.every((fault) => fault.includes('did not answer')), String(faults))
  })

  it('validate in the end what was with a thread that ended', async () => {
    await using driven = await startDrivenNode()
    const { node } = driven
    await using threads = validationThreads({
      threads: 1,
      capacity: 100,
      state: newestState(node.chain),
      onFault: () => {},
    })
    const ended = threads.check(poison)
    const validations = await Promise.all([0, 1, 2].map((nonce) => threads.validate(transfer(node, alice, nonce))))
    deepEqual(
      validations.map((validation) => typeof validation === 'object' && validation.validity.ok),
      [true, true, true],
    )
    equal(await ended, 'busy')
  })
})
