import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import type { Runtime } from '@pha/runtime/frame'
import { system } from '@pha/runtime/pallets'
import type { Node } from '../node/start-node.ts'
import { alice, bob, startDrivenNode, transfer } from '../node/test-node.ts'
import { HeldSignatures, verifyQuickly } from '../signatures/index.ts'
import { validatorLimits } from './limits.ts'
import { BAD_PROOF, validate } from './validate.ts'
import { type Validation, Validator, type ValidatorLimits } from './validator.ts'

/** A validator of a node's chain, told of its blocks, and what it asked for. */
function validatorOf(node: Node, limits: Partial<ValidatorLimits> = {}) {
  const { chain } = node
  const told = new Set<string>()
  const wanted: string[] = []
  const forgotten: string[] = []
  const validator = new Validator({
    want: (keys) => {
      for (const key of keys) told.add(toHex(key))
      wanted.push(...keys.map(toHex))
      // As a message would: later.
      setImmediate(() => validator.noteValues(keys.flatMap((key) => [key, chain.trieAt().get(key)])))
    },
    forget: (keys) => {
      for (const key of keys) told.delete(toHex(key))
      forgotten.push(...keys.map(toHex))
    },
    limits: { ...validatorLimits, ...limits },
  })
  validator.noteRuntime(chain.runtimeAt())
  validator.noteHead(chain.head.hash, chain.head.block.header.number, [])
  chain.onFinalised(({ hash, block }, { changes }) => {
    const known = changes.filter(([key]) => told.has(toHex(key)))
    validator.noteHead(hash, block.header.number, known.flat())
  })
  return { validator, wanted, forgotten }
}

function answersOf(validator: Validator, ...extrinsics: Uint8Array[]): Promise<(Validation | undefined)[]> {
  return Promise.all(
    extrinsics.map(
      (extrinsic) =>
        new Promise<Validation | undefined>((resolve) => {
          validator.validate([extrinsic], (_, validation) => resolve(validation))
        }),
    ),
  )
}

/** What the node's thread says. */
function rule(node: Node, extrinsic: Uint8Array) {
  const { hash, block } = node.chain.head
  const { validity, checks } = validate(
    { blockHash: hash, call: (method, input, verify) => node.chain.stateAt(hash, verify).call(method, input) },
    new HeldSignatures(),
    extrinsic,
  )
  const isForged = validity.ok && !checks.every(verifyQuickly)
  return { height: block.header.number, validity: isForged ? BAD_PROOF : validity }
}

function forged(extrinsic: Uint8Array): Uint8Array {
  const bytes = extrinsic.slice()
  const last = bytes.length - 1
  bytes[last] = (bytes[last] as number) ^ 1
  return bytes
}

describe('a validator away from the state', () => {
  it('says what the node’s thread says, block after block', async () => {
    await using driven = await startDrivenNode()
    const { node, block } = driven
    const { validator } = validatorOf(node)
    for (let nonce = 0; nonce < 4; nonce++) {
      const next = transfer(node, alice, nonce)
      const extrinsics = [
        next,
        transfer(node, alice, nonce + 1),
        transfer(node, bob, nonce),
        forged(next),
        next.slice(0, 40),
        ...(nonce === 0 ? [] : [transfer(node, alice, nonce - 1)]),
      ]
      const answers = await answersOf(validator, ...extrinsics)
      for (const [i, answer] of answers.entries()) {
        const { held, ...said } = answer ?? { held: [] }
        deepEqual(said, rule(node, extrinsics[i] as Uint8Array), `${i} after ${nonce} blocks`)
      }
      deepEqual(
        answers.map((answer) => answer?.validity.ok),
        [true, true, true, false, false, ...(nonce === 0 ? [] : [false])],
        'ahead of its nonce is no fault',
      )
      await block(next)
    }
  })

  it('asks for each value once, and names the signatures that it checked', async () => {
    await using driven = await startDrivenNode()
    const { node } = driven
    const { validator, wanted } = validatorOf(node)
    const [first] = await answersOf(validator, transfer(node, alice, 0))
    equal(first?.held.length, 1)
    ok(wanted.includes(toHex(system.storage.account.key(alice.accountId))))
    equal(new Set(wanted).size, wanted.length)
    const asked = wanted.length
    const [again, second] = await answersOf(validator, transfer(node, alice, 0), transfer(node, alice, 1))
    deepEqual(again?.held, [], 'it was checked before')
    equal(second?.held.length, 1)
    equal(wanted.length, asked)
  })

  it('forgets the oldest when it knows much, and asks for them again', async () => {
    await using driven = await startDrivenNode()
    const { node, block } = driven
    const { validator, wanted, forgotten } = validatorOf(node, { keys: 2 })
    for (let nonce = 0; nonce < 3; nonce++) {
      const next = transfer(node, alice, nonce)
      const [answer] = await answersOf(validator, next)
      deepEqual(answer?.validity, rule(node, next).validity)
      await block(next)
    }
    ok(forgotten.length > 0)
    ok(new Set(wanted).size < wanted.length)
  })

  it('leaves to the node’s thread what it cannot say', async () => {
    await using driven = await startDrivenNode()
    const { node } = driven
    const { validator, wanted } = validatorOf(node)
    const runtimes: { readonly [name: string]: Runtime['call'] | undefined } = {
      none: undefined,
      'one that fails': () => {
        throw new Error('as it is told')
      },
      'one that walks': (host) => host.nextKey(new Uint8Array(1), undefined) ?? new Uint8Array(),
      'one that asks for the root': (host) => host.storageRoot(),
      'one that reads without end': (host) => {
        for (let i = 0; ; i++) host.get(Uint8Array.of(i >> 8, i))
      },
    }
    for (const [name, call] of Object.entries(runtimes)) {
      validator.noteRuntime(call && { call })
      deepEqual(await answersOf(validator, transfer(node, alice, 0)), [undefined], name)
    }
    equal(wanted.length, validatorLimits.attempts)
    validator.noteRuntime(node.chain.runtimeAt())
    const [answer] = await answersOf(validator, transfer(node, alice, 0))
    equal(answer?.validity.ok, true)
  })
})
