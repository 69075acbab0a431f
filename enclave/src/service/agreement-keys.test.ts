import { deepEqual, equal, notDeepEqual, ok, throws } from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { open, Secret, seal } from '@pha/core/crypto'
import { contexts } from '@pha/core/protocol'
import { enclaveLimits } from '../limits.ts'
import { random } from '../random.ts'
import { SealedStore } from '../store/sealed-store.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { bytesOf } from '../testing/test-chain.ts'
import { AgreementKeys } from './agreement-keys.ts'
import { Memory } from './memory.ts'

const genesis = { number: 0, hash: bytesOf('genesis'), stateRoot: bytesOf('state') }

/** The keys as a process finds them that starts on this folder. */
function start(folder: string): { readonly keys: AgreementKeys; readonly memory: Memory } {
  const store = new SealedStore({ folder, kind: 'Worker', sealingKey: Secret.from(bytesOf('sealing key')) })
  const { memory } = Memory.open(store, genesis)
  return { keys: new AgreementKeys(memory), memory }
}

/** An enclave whose first key is listed. */
function listed(folder = temporaryFolder()) {
  const { keys, memory } = start(folder)
  const { publicKey } = keys.next()
  keys.follow(publicKey, 10)
  return { keys, memory, folder, publicKey }
}

const aad = new Uint8Array(3)
const context = contexts.partialKey

async function opens(keys: AgreementKeys, recipient: Uint8Array): Promise<boolean> {
  const sealed = await seal({ recipient, context, aad, plaintext: aad, random })
  const opened = await Promise.all(keys.opening.map(({ seed }) => open({ seed, context, aad, sealed })))
  return opened.some((plaintext) => plaintext !== undefined)
}

describe('the agreement keys of an enclave', () => {
  it('begin with one that was sealed before it is registered, and are the same after a start', () => {
    const folder = temporaryFolder()
    const { publicKey } = start(folder).keys.next()
    deepEqual(start(folder).keys.next().publicKey, publicKey)
    deepEqual(start(folder).keys.publicKey, publicKey)
  })

  it('get a successor, which does not count before the chain lists it', () => {
    const { keys, publicKey } = listed()
    const successor = keys.next().publicKey
    notDeepEqual(successor, publicKey)
    // Tried again, it is the same: what the host still carries may come first.
    deepEqual(keys.next().publicKey, successor)
    keys.follow(publicKey, 11)
    deepEqual([keys.publicKey, keys.isListed(successor)], [publicKey, false])
    keys.follow(successor, 12)
    deepEqual([keys.publicKey, keys.isListed(publicKey)], [successor, false])
  })

  it('open what was sealed to the one before for a while, and then erase it, from the file too', async () => {
    const { keys, memory, publicKey } = listed()
    const { seed } = keys
    keys.follow(keys.next().publicKey, 20)
    const end = 20 + enclaveLimits.formerKeyBlocks
    keys.follow(keys.publicKey, end)
    equal(await opens(keys, publicKey), true)
    equal(await opens(keys, keys.publicKey), true)
    keys.follow(keys.publicKey, end + 1)
    equal(await opens(keys, publicKey), false)
    equal(await opens(keys, keys.publicKey), true)
    equal(memory.content.agreement.former, undefined)
    throws(() => seed.expose(), { code: 'crypto.secret-wiped' })
  })

  it('keep one former key at the most', async () => {
    const { keys, publicKey } = listed()
    keys.follow(keys.next().publicKey, 20)
    const second = keys.publicKey
    keys.follow(keys.next().publicKey, 21)
    equal(keys.opening.length, 2)
    deepEqual([await opens(keys, publicKey), await opens(keys, second)], [false, true])
  })

  it('survive a crash between sealing and registration: the sealed one is registered then', () => {
    const { keys, folder, publicKey } = listed()
    const successor = keys.next().publicKey
    const { keys: again } = start(folder)
    again.follow(publicKey, 30)
    deepEqual([again.publicKey, again.next().publicKey], [publicKey, successor])
  })

  it('survive a crash between registration and its proof', async () => {
    const { keys, folder, publicKey } = listed()
    const successor = keys.next().publicKey
    const { keys: again } = start(folder)
    again.follow(successor, 30)
    deepEqual(again.publicKey, successor)
    equal(await opens(again, publicKey), true)
  })

  it('register a fresh one after the host put back an older file, and never one that was listed before', () => {
    const { keys, folder } = listed()
    const second = keys.next().publicKey
    const old = `${folder}-old`
    cpSync(folder, old, { recursive: true })
    keys.follow(second, 20)
    keys.follow(keys.next().publicKey, 30)

    // In the old file the second key is a successor. It was listed since, and its seed may be known to who broke it.
    const { keys: again } = start(old)
    again.follow(keys.publicKey, 40)
    const fresh = again.next().publicKey
    equal([keys.publicKey, second, again.publicKey].map(toHex).includes(toHex(fresh)), false)
    equal(again.isListed(keys.publicKey), false)
    // Once: else a registration on its way would never be met by its key.
    again.follow(keys.publicKey, 41)
    deepEqual(again.next().publicKey, fresh)
    again.follow(fresh, 42)
    ok(again.isListed(fresh))
  })
})
