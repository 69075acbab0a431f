import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fromHex, ss58Encode, toHex } from '@pha/core/codec'
import { deriveDevAccount, keypairFromSeed, Secret } from '@pha/core/crypto'
import { t } from '@pha/core/schema'
import { Metadata, TypeRegistry } from '@polkadot/types'
import { merkleizeMetadata } from '@polkadot-api/merkleize-metadata'
import { decAnyMetadata, unifyMetadata } from '@polkadot-api/substrate-bindings'
import { balances, PHA } from '../pallets/balances/schema.ts'
import { RuntimeCall } from '../pallets/schemas.ts'
import { sudo } from '../pallets/sudo/schema.ts'
import { AccountInfo, system } from '../pallets/system/schema.ts'
import { API_VERSIONS, RUNTIME_VERSION } from '../pallets/system/version.ts'
import { EXTENSIONS } from './extensions.ts'
import { MemoryHost } from './memory-host.ts'
import { runtime } from './runtime.ts'
import { outcomeOf, TestChain } from './test-chain.ts'

const VECTOR = new URL('../../../vectors/metadata/phala.json', import.meta.url)
const DIGEST = new URL('metadata-digest.ts', import.meta.url)
/** What a hardware wallet shows beside the call; `chainSpec` gives the same. */
const TOKEN = { decimals: 12, tokenSymbol: 'PHA' }
const OptionalMetadata = t.option(t.bytes)

function metadata(version: number): Uint8Array {
  const input = t.u32.encode(version)
  const answer = OptionalMetadata.decode(runtime.call(new MemoryHost(), 'Metadata_metadata_at_version', input))
  ok(answer !== undefined)
  return answer
}

function registryOf(version: number): TypeRegistry {
  const registry = new TypeRegistry()
  registry.setMetadata(new Metadata(registry, toHex(metadata(version))))
  return registry
}

const alice = deriveDevAccount('//Alice')
const bob = deriveDevAccount('//Bob')
const transfer = { dest: { type: 'Id', value: bob.accountId }, value: 5n * PHA } as const

describe('metadata', () => {
  it('is offered in three versions, and no other', () => {
    const versions = runtime.call(new MemoryHost(), 'Metadata_metadata_versions', new Uint8Array())
    deepEqual(t.vec(t.u32).decode(versions), [14, 15, 16])
    const answer = runtime.call(new MemoryHost(), 'Metadata_metadata_at_version', t.u32.encode(13))
    equal(OptionalMetadata.decode(answer), undefined)
    deepEqual(t.bytes.decode(runtime.call(new MemoryHost(), 'Metadata_metadata', new Uint8Array())), metadata(14))
  })

  it('is the one that was reviewed (UPDATE_VECTORS=1 writes it anew: look at the difference)', () => {
    const made = {
      description: 'RuntimeMetadataPrefixed of this runtime. It changes only together with specVersion.',
      specVersion: RUNTIME_VERSION.specVersion,
      v14: toHex(metadata(14)),
      v15: toHex(metadata(15)),
      v16: toHex(metadata(16)),
    }
    if (process.env.UPDATE_VECTORS === '1') writeFileSync(VECTOR, `${JSON.stringify(made, undefined, 2)}\n`)
    deepEqual(JSON.parse(readFileSync(VECTOR, 'utf8')), made)
  })

  it('has the digest that the runtime names, so that wallets can sign what they show (written with UPDATE_VECTORS=1)', () => {
    const { specName, specVersion } = RUNTIME_VERSION
    const base58Prefix = system.constants.sS58Prefix.value
    const digest = toHex(merkleizeMetadata(metadata(15), { ...TOKEN, specName, specVersion, base58Prefix }).digest())
    const before = readFileSync(DIGEST, 'utf8')
    const made = before
      .replace(/specVersion: \d+/, `specVersion: ${specVersion}`)
      .replace(/digest: '0x[0-9a-f]*'/, `digest: '${digest}'`)
    if (process.env.UPDATE_VECTORS === '1') writeFileSync(DIGEST, made)
    equal(readFileSync(DIGEST, 'utf8'), made)
  })

  for (const version of [14, 15, 16]) {
    it(`V${version} lets polkadot.js make the calls that we read, and read the state that we write`, () => {
      const registry = registryOf(version)
      const call = registry.createType('Call', balances.calls.transferKeepAlive.encode(transfer))
      deepEqual(call.toHuman(), {
        method: 'transferKeepAlive',
        section: 'balances',
        args: { dest: { Id: ss58Encode(bob.accountId) }, value: '5,000,000,000,000' },
      })
      equal(toHex(call.toU8a()), toHex(balances.calls.transferKeepAlive.encode(transfer)))

      const account = {
        nonce: 7,
        consumers: 0,
        providers: 1,
        sufficients: 0,
        data: { free: PHA, reserved: 0n, frozen: 0n, flags: 1n },
      }
      const info = registry.createType('FrameSystemAccountInfo', AccountInfo.encode(account))
      deepEqual(info.toJSON(), { ...account, data: { free: Number(PHA), reserved: 0, frozen: 0, flags: 1 } })
    })

    it(`V${version} lets polkadot.js read calls inside calls`, () => {
      const inner = RuntimeCall.decode(balances.calls.transferKeepAlive.encode(transfer))
      const bytes = sudo.calls.sudo.encode({ call: inner })
      const call = registryOf(version).createType('Call', bytes)
      const args = { dest: { Id: ss58Encode(bob.accountId) }, value: '5,000,000,000,000' }
      deepEqual(call.toHuman(), {
        method: 'sudo',
        section: 'sudo',
        args: { call: { method: 'transferKeepAlive', section: 'balances', args } },
      })
      equal(toHex(call.toU8a()), toHex(bytes))
    })

    it(`V${version} lets polkadot.js read the events and errors of a block`, () => {
      const chain = new TestChain({ endowed: [alice] })
      chain.block(
        [alice, balances.calls.transferKeepAlive.encode(transfer)],
        [alice, balances.calls.transferKeepAlive.encode({ ...transfer, value: 1n })],
        [alice, balances.calls.transferKeepAlive.encode({ ...transfer, value: 10_000n * PHA })],
      )
      const stored = chain.host.get(system.storage.events.key())
      const records = registryOf(version).createType('Vec<FrameSystemEventRecord>', stored).toHuman() as {
        event: { section: string; method: string; data: { dispatchError?: unknown } }
      }[]
      const names = records.map(({ event }) => `${event.section}.${event.method}`)
      equal(names.filter((name) => name === 'balances.Transfer').length, 2)
      deepEqual(records.at(-1)?.event.data.dispatchError, { Token: 'FundsUnavailable' })
    })

    it(`V${version} is what polkadot-api's bindings read`, () => {
      const decoded = unifyMetadata(decAnyMetadata(metadata(version)))
      const registry = registryOf(version)
      const pallet = decoded.pallets.find(({ name }) => name === 'Balances')
      const calls = decoded.lookup.find(({ id }) => id === pallet?.calls?.type)
      ok(calls?.def.tag === 'variant')
      deepEqual(
        calls.def.value.map(({ name, index }) => [index, name]),
        Object.values(balances.calls).map(({ name, index }) => [index, name]),
      )
      deepEqual(
        decoded.extrinsic.signedExtensions[0]?.map(({ identifier }) => identifier),
        EXTENSIONS.map(({ identifier }) => identifier),
      )
      for (const { name, storage } of decoded.pallets) {
        for (const item of storage?.items ?? []) {
          const type = item.type.tag === 'map' ? item.type.value.value : item.type.value
          const read = () => registry.createType(registry.createLookupType(type), fromHex(item.fallback)).toU8a()
          if (item.modifier === 1) equal(toHex(read()), item.fallback, `${name}.${item.name}`)
        }
      }
      for (const { path, def } of decoded.lookup) {
        if (def.tag !== 'variant' || !['Option', 'Result'].includes(path.join())) continue
        const carried = def.value.filter(({ name }) => name !== 'None').map(({ fields }) => fields.length)
        ok(
          carried.every((count) => count === 1),
          `${path}: one field, as Rust writes it, whatever it carries`,
        )
      }
      const apis = version === 14 ? [] : Object.keys(API_VERSIONS)
      deepEqual(
        decoded.apis.map(({ name }) => name),
        apis,
      )
    })

    it(`V${version} lets polkadot.js sign what we accept, with each kind of key`, () => {
      const seed = Secret.from(new Uint8Array(32).fill(9))
      for (const scheme of ['sr25519', 'ed25519', 'ecdsa'] as const) {
        const signer = keypairFromSeed(scheme, seed)
        const chain = new TestChain({ endowed: [signer] })
        chain.block()
        const registry = registryOf(version)
        const call = registry.createType('Call', balances.calls.transferKeepAlive.encode(transfer))
        const extrinsic = registry.createType('Extrinsic', call, { version: 4 })
        const options = {
          method: call.toHex(),
          blockHash: chain.hash,
          era: registry.createType('ExtrinsicEra', { current: chain.number, period: 64 }),
          genesisHash: chain.genesis,
          nonce: 0,
          specVersion: RUNTIME_VERSION.specVersion,
          transactionVersion: RUNTIME_VERSION.transactionVersion,
          tip: 3,
        }
        const payload = registry.createType('ExtrinsicPayload', options, { version: 4 })
        const type = { sr25519: 1, ed25519: 0, ecdsa: 2 }[scheme]
        const signature = Uint8Array.of(type, ...signer.sign(payload.toU8a({ method: true })))
        extrinsic.addSignature(signer.accountId, signature, payload.toHex())
        chain.open()
        equal(outcomeOf(chain.apply(extrinsic.toU8a())), 'ok', scheme)
        chain.close()
      }
    })
  }
})
