import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { blake2b256 } from '@pha/core/crypto'
import fc from 'fast-check'
import { alice, bob, nested } from '../../chain/test-calls.ts'
import { TestChain } from '../../chain/test-chain.ts'
import { sudo } from '../sudo/schema.ts'
import { preimage } from './schema.ts'

const { notePreimage, unnotePreimage, requestPreimage, unrequestPreimage } = preimage.calls
const newChain = () => new TestChain({ endowed: [alice, bob], sudo: { key: alice.accountId } })
const asRoot = (call: Uint8Array) => sudo.calls.sudo.encode({ call: nested(call) })
const bytes = new Uint8Array(300).fill(7)
const hash = blake2b256(bytes)
const note = notePreimage.encode({ bytes })
const unnote = unnotePreimage.encode({ hash })
const request = asRoot(requestPreimage.encode({ hash }))
const unrequest = asRoot(unrequestPreimage.encode({ hash }))
const { depositBase, depositFactor } = preimage.constants
const stored = (chain: TestChain) => chain.read(preimage.storage.preimageFor, [hash, bytes.length])

describe('a preimage', () => {
  it('is stored by its hash for a deposit, and taken back by who stored it', () => {
    const chain = newChain()
    deepEqual(chain.block([bob, note], [alice, note]), ['ok', 'Preimage.AlreadyNoted'])
    deepEqual(chain.events('Preimage', 'Noted'), [{ hash }])
    equal(chain.reserved(bob.accountId), depositBase.value + 300n * depositFactor.value)
    deepEqual(stored(chain), bytes)
    deepEqual(chain.broken(), [])
    deepEqual(chain.block([alice, unnote], [bob, unnote], [bob, unnote]), [
      'Preimage.NotAuthorized',
      'ok',
      'Preimage.NotNoted',
    ])
    equal(chain.reserved(bob.accountId), 0n)
    equal(stored(chain), undefined)
    deepEqual(chain.broken(), [])
  })

  it('that the chain asked for stays when its owner takes his deposit back, until nobody asks', () => {
    const chain = newChain()
    chain.block([bob, note], [alice, request], [alice, request])
    deepEqual(chain.block([bob, unnote]), ['ok'])
    equal(chain.reserved(bob.accountId), 0n)
    deepEqual(stored(chain), bytes)
    chain.block([alice, unrequest])
    deepEqual(stored(chain), bytes)
    chain.block([alice, unrequest])
    equal(stored(chain), undefined)
    deepEqual(chain.events('Preimage', 'Cleared'), [{ hash }])
    deepEqual(chain.broken(), [])
  })

  it('may be asked for before it is there; who brings it then needs no deposit', () => {
    const chain = newChain()
    chain.block([alice, request])
    deepEqual(chain.events('Preimage', 'Requested'), [{ hash }])
    deepEqual(chain.block([bob, note]), ['ok'])
    equal(chain.reserved(bob.accountId), 0n)
    deepEqual(chain.broken(), [])
  })

  it('goes back to its owner when nobody asks for it any more', () => {
    const chain = newChain()
    chain.block([bob, note], [alice, request], [alice, unrequest])
    equal(chain.read(preimage.storage.requestStatusFor, hash)?.type, 'Unrequested')
    deepEqual(chain.block([bob, unnote]), ['ok'])
    deepEqual(chain.broken(), [])
  })

  it('is asked for by root only, and not less than never', () => {
    const chain = newChain()
    deepEqual(chain.block([bob, requestPreimage.encode({ hash })]), ['BadOrigin'])
    chain.block([alice, unrequest])
    const [{ sudoResult }] = chain.events('Sudo', 'Sudid') as [{ sudoResult: { ok: boolean } }]
    equal(sudoResult.ok, false)
  })

  it('costs by its bytes, and more than the owner has is refused', () => {
    const chain = newChain()
    // 1 MB is about 10 PHA.
    chain.fund(alice, bob.accountId, 1n)
    const large = notePreimage.encode({ bytes: new Uint8Array(1_000_000) })
    deepEqual(chain.block([bob, large]), ['ok'])
    equal(chain.reserved(bob.accountId) > 10_000_000_000_000n, true)
    const tooLarge = notePreimage.encode({ bytes: new Uint8Array(1_048_576) })
    deepEqual(chain.block([bob, tooLarge]), ['Invalid.ExhaustsResources'])
    deepEqual(chain.broken(), [])
  })

  it('leaves deposits and bytes in step, whoever stores, asks and forgets', () => {
    const step = fc.constantFrom<readonly [typeof alice, Uint8Array]>(
      [bob, note],
      [alice, note],
      [bob, unnote],
      [alice, unnote],
      [alice, request],
      [alice, unrequest],
      [alice, asRoot(note)],
      [alice, asRoot(unnote)],
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
        const chain = newChain()
        for (const one of steps) {
          chain.block(one)
          deepEqual(chain.broken(), [])
        }
      }),
      { numRuns: 40 },
    )
  })
})
