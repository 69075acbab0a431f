import { deepEqual, equal, notDeepEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Secret } from '@pha/core/crypto'
import { Memory } from '../service/memory.ts'
import { SealedStore } from '../store/sealed-store.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { bytesOf } from '../testing/test-chain.ts'
import { deriveContractKeys, executionSeed, resultSalt } from './contract-keys.ts'
import { Keyring } from './keyring.ts'

const contract = bytesOf('contract')
const key = (byte: number): Secret => Secret.from(new Uint8Array(64).fill(byte))

function openMemory(folder: string): Memory {
  const store = new SealedStore({ folder, kind: 'Worker', sealingKey: Secret.from(bytesOf('sealing key')) })
  const genesis = { number: 0, hash: bytesOf('genesis'), stateRoot: bytesOf('state') }
  return Memory.open(store, genesis).memory
}

describe('the keyring', () => {
  it('keeps a key that its giver wipes, and finds it after a restart', () => {
    const folder = temporaryFolder()
    const given = key(7)
    const keyring = new Keyring(openMemory(folder))
    keyring.add(contract, 0, given)
    given.wipe()
    const expected = deriveContractKeys(key(7), 0).command.publicKey
    deepEqual(keyring.find(contract, 0)?.command.publicKey, expected)
    deepEqual(new Keyring(openMemory(folder)).find(contract, 0)?.command.publicKey, expected)
    equal(keyring.find(contract, 1), undefined)
  })

  it('erases all keys of a contract, in memory and on disk', () => {
    const folder = temporaryFolder()
    const keyring = new Keyring(openMemory(folder))
    keyring.add(contract, 0, key(7))
    keyring.add(bytesOf('other'), 0, key(8))
    keyring.remove(contract)
    equal(keyring.find(contract, 0), undefined)
    notDeepEqual(keyring.find(bytesOf('other'), 0), undefined)
    equal(openMemory(folder).content.contractKeys.length, 1)
  })
})

describe('keys of a contract', () => {
  it('are all different, and different for another contract key', () => {
    const [one, two] = [deriveContractKeys(key(1), 0), deriveContractKeys(key(2), 0)]
    const secrets = [one, two].flatMap(({ command, state, stateSalt, results, seeds }) =>
      [command.seed, state, stateSalt, results, seeds].map((secret) => Buffer.from(secret.expose()).toString('hex')),
    )
    equal(new Set(secrets.map((secret) => secret.slice(0, 64))).size, 10)
  })

  it('give each message its own salt and seed, the same on every replica', () => {
    const keys = deriveContractKeys(key(1), 0)
    const again = deriveContractKeys(key(1), 0)
    deepEqual(resultSalt(keys, 5n), resultSalt(again, 5n))
    const place = { contract, sequence: 5n, batchSeed: new Uint8Array(32).fill(1) }
    deepEqual(executionSeed(keys, place), executionSeed(again, place))
    notDeepEqual(resultSalt(keys, 5n), resultSalt(keys, 6n))
    const others = [{ sequence: 6n }, { batchSeed: new Uint8Array(32).fill(2) }, { batchSeed: undefined }]
    for (const other of others) notDeepEqual(executionSeed(keys, place), executionSeed(keys, { ...place, ...other }))
  })
})
