import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex, utf8Encode } from '@pha/core/codec'
import { deriveDevAccount, keypairFromSeed, Secret } from '@pha/core/crypto'
import { balances, RUNTIME_VERSION, system } from '@pha/runtime/pallets'
import type { GenericExtrinsicPayload, GenericExtrinsicSignatureV4 } from '@polkadot/types'
import { TypeRegistry } from '@polkadot/types'
import type { Signer } from '../signer.ts'
import { type ExtrinsicContext, signExtrinsic } from './extrinsic.ts'

const EXTENSIONS = [
  'CheckNonZeroSender',
  'CheckSpecVersion',
  'CheckTxVersion',
  'CheckGenesis',
  'CheckMortality',
  'CheckNonce',
  'CheckWeight',
  'ChargeTransactionPayment',
  'CheckMetadataHash',
]
const registry = new TypeRegistry()
registry.setSignedExtensions(EXTENSIONS)

const genesis = new Uint8Array(32).fill(1)
const birth = { number: 1_000, hash: new Uint8Array(32).fill(2) }
const ed25519 = keypairFromSeed('ed25519', Secret.from(new Uint8Array(32).fill(3)))
const alice = deriveDevAccount('//Alice')
const transfer = balances.calls.transferKeepAlive.encode({ dest: { type: 'Id', value: alice.accountId }, value: 5n })

/** The payload as @polkadot/api would make it from the same wishes. */
function polkadotPayload(call: Uint8Array, { nonce, tip = 0n, mortality }: ExtrinsicContext): GenericExtrinsicPayload {
  const era =
    mortality === undefined
      ? '0x00'
      : registry.createType('ExtrinsicEra', { current: mortality.birth.number, period: mortality.period }).toHex()
  return registry.createType(
    'ExtrinsicPayload',
    {
      method: toHex(call),
      era,
      nonce,
      tip: tip.toString(),
      mode: 0,
      metadataHash: null,
      specVersion: RUNTIME_VERSION.specVersion,
      transactionVersion: RUNTIME_VERSION.transactionVersion,
      genesisHash: toHex(genesis),
      blockHash: toHex(mortality?.birth.hash ?? genesis),
    },
    { version: 4 },
  ) as GenericExtrinsicPayload
}

function readSignature(bytes: Uint8Array): GenericExtrinsicSignatureV4 {
  return registry.createType('ExtrinsicSignatureV4', bytes, { isSigned: true }) as GenericExtrinsicSignatureV4
}

/** A signer that keeps what it was asked to sign. */
function recording(keypair: Signer): { signer: Signer; signed: Uint8Array[] } {
  const signed: Uint8Array[] = []
  const sign = (message: Uint8Array) => {
    signed.push(message)
    return keypair.sign(message)
  }
  return { signer: { ...keypair, sign }, signed }
}

describe('a signed extrinsic', () => {
  const contexts: { [name: string]: ExtrinsicContext } = {
    immortal: { genesis, nonce: 7 },
    'with a tip and a large nonce': { genesis, nonce: 70_000, tip: 10n ** 20n },
    'mortal for 64 blocks': { genesis, nonce: 1, mortality: { period: 64, birth } },
    'mortal for 2,048 blocks': { genesis, nonce: 1, mortality: { period: 2_048, birth } },
    'mortal for 4 blocks': { genesis, nonce: 1, mortality: { period: 4, birth } },
  }
  for (const [name, context] of Object.entries(contexts)) {
    it(`signs the same payload as @polkadot/api: ${name}`, async () => {
      const { signer, signed } = recording(ed25519)
      await signExtrinsic(transfer, context, signer)
      const expected = polkadotPayload(transfer, context).toU8a({ method: true })
      equal(toHex(signed[0] as Uint8Array), toHex(expected))
    })

    it(`is read by @polkadot/api as it was meant: ${name}`, async () => {
      const { bytes } = await signExtrinsic(transfer, context, alice)
      const body = bytes.subarray(2) // two bytes of length
      equal(body[0], 0x84)
      const read = readSignature(body.subarray(1))
      deepEqual(new Uint8Array(read.signer.value.toU8a()), alice.accountId)
      equal(read.nonce.toNumber(), context.nonce)
      equal(read.tip.toBigInt(), context.tip ?? 0n)
      equal(read.era.isMortalEra, context.mortality !== undefined)
      if (context.mortality !== undefined) {
        equal(read.era.asMortalEra.birth(birth.number + 3), birth.number)
        equal(read.era.asMortalEra.death(birth.number), birth.number + context.mortality.period)
      }
      deepEqual(body.slice(1 + read.encodedLength), transfer)
    })
  }

  it('signs the hash of a payload above 256 bytes', async () => {
    const { signer, signed } = recording(ed25519)
    const call = system.calls.remark.encode({ remark: utf8Encode('x'.repeat(300)) })
    await signExtrinsic(call, { genesis, nonce: 0 }, signer)
    equal(signed[0]?.length, 32)
    const expected = registry.hash(polkadotPayload(call, { genesis, nonce: 0 }).toU8a({ method: true }))
    equal(toHex(signed[0] as Uint8Array), expected.toHex())
  })

  it('carries a signature of each scheme under its tag', async () => {
    for (const [scheme, tag, length] of [
      ['ed25519', 0, 64],
      ['sr25519', 1, 64],
      ['ecdsa', 2, 65],
    ] as const) {
      const signer = keypairFromSeed(scheme, Secret.from(new Uint8Array(32).fill(4)))
      const { bytes } = await signExtrinsic(transfer, { genesis, nonce: 0 }, signer)
      const { signature } = readSignature(bytes.subarray(3))
      equal(bytes[2 + 1 + 33], tag)
      equal(signature.toU8a().length, length)
    }
  })

  it('refuses a period that the chain could not check', async () => {
    for (const period of [3, 5, 4_096]) {
      await rejects(signExtrinsic(transfer, { genesis, nonce: 0, mortality: { period, birth } }, alice), RangeError)
    }
    ok(await signExtrinsic(transfer, { genesis, nonce: 0, mortality: { period: 4, birth } }, alice))
  })
})
