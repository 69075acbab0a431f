import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromHex } from '@pha/core/codec'
import { deriveDevAccount, keypairFromSeed, Secret } from '@pha/core/crypto'
import { t } from '@pha/core/schema'
import { balances, PHA } from '../pallets/balances/schema.ts'
import { EMPTY_ACCOUNT, system } from '../pallets/system/schema.ts'
import { RUNTIME_VERSION } from '../pallets/system/version.ts'
import { timestamp } from '../pallets/timestamp/schema.ts'
import { mortalEra } from '../transaction/era.ts'
import { encodeExtrinsic, UncheckedExtrinsic } from '../transaction/extrinsic.ts'
import { METADATA_DIGEST } from './metadata-digest.ts'
import { outcomeOf, TestChain } from './test-chain.ts'
import { TransactionSource, TransactionValidity } from './transaction-validity.ts'

const alice = deriveDevAccount('//Alice')
const bob = deriveDevAccount('//Bob')
const give = (value: bigint, to = bob) =>
  balances.calls.transferKeepAlive.encode({ dest: { type: 'Id', value: to.accountId }, value })

/** The answer of a pool on top of the newest block. */
function validity(chain: TestChain, extrinsic: Uint8Array): string {
  const input = t
    .tuple(TransactionSource, UncheckedExtrinsic, t.hash)
    .encode([{ type: 'External' }, extrinsic, chain.hash])
  const answer = TransactionValidity.decode(chain.call('TaggedTransactionQueue_validate_transaction', input))
  return answer.ok ? 'valid' : outcomeOf(answer)
}

/** What the pool and the block say, which must leave the state as it is. */
function refusal(chain: TestChain, extrinsic: Uint8Array): [pool: string, block: string] {
  const pool = validity(chain, extrinsic)
  chain.open()
  const before = chain.host.fork().storageRoot()
  const block = outcomeOf(chain.apply(extrinsic))
  deepEqual(chain.host.fork().storageRoot(), before)
  chain.close()
  return [pool, block]
}

describe('a transaction', () => {
  for (const scheme of ['sr25519', 'ed25519', 'ecdsa'] as const) {
    it(`is accepted with the ${scheme} signature of its sender, and no other`, () => {
      const signer = keypairFromSeed(scheme, Secret.from(new Uint8Array(32).fill(3)))
      const chain = new TestChain({ endowed: [signer, alice] })
      chain.block()
      const extrinsic = chain.sign(signer, give(PHA))
      equal(validity(chain, extrinsic), 'valid')
      const forged = extrinsic.slice()
      const last = forged.length - 1
      forged[last] = (forged[last] ?? 0) ^ 1
      deepEqual(refusal(chain, forged), ['Invalid.BadProof', 'Invalid.BadProof'])
      deepEqual(chain.block([signer, give(PHA)]), ['ok'])
      equal(chain.balance(bob.accountId), PHA)
    })
  }

  it('is signed as a hash when it is longer than 256 bytes', () => {
    const chain = new TestChain({ endowed: [alice] })
    deepEqual(chain.block([alice, system.calls.remark.encode({ remark: new Uint8Array(5_000) })]), ['ok'])
  })

  it('may cover the digest of the metadata that its signer saw, which has to be that of this runtime', () => {
    const chain = new TestChain({ endowed: [alice] })
    chain.block()
    const metadataDigest = fromHex(METADATA_DIGEST.digest)
    chain.open()
    equal(outcomeOf(chain.apply(chain.sign(alice, give(PHA), { metadataDigest }))), 'ok')
    chain.close()
    const other = metadataDigest.map((byte) => byte ^ 1)
    deepEqual(refusal(chain, chain.sign(alice, give(PHA), { metadataDigest: other })), [
      'Invalid.BadProof',
      'Invalid.BadProof',
    ])
  })

  it('counts nonces: the past is stale, the future waits in the pool but is not in a block', () => {
    const chain = new TestChain({ endowed: [alice] })
    const first = chain.sign(alice, give(PHA))
    chain.block([alice, give(PHA)])
    deepEqual(refusal(chain, first), ['Invalid.Stale', 'Invalid.Stale'])
    deepEqual(refusal(chain, chain.sign(alice, give(PHA), { nonce: 2 })), ['valid', 'Invalid.Future'])
  })

  it('names the chain, the runtime and the block it was signed for', () => {
    const chain = new TestChain({ endowed: [alice] })
    chain.block()
    const elsewhere = new Uint8Array(32).fill(1)
    for (const changes of [
      { genesisHash: elsewhere },
      { birthHash: elsewhere },
      { specVersion: RUNTIME_VERSION.specVersion + 1 },
      { transactionVersion: 9 },
    ]) {
      deepEqual(refusal(chain, chain.sign(alice, give(PHA), changes)), ['Invalid.BadProof', 'Invalid.BadProof'])
    }
  })

  it('dies with its era', () => {
    const chain = new TestChain({ endowed: [alice] })
    for (let i = 0; i < 5; i++) chain.block()
    const mortal = chain.sign(alice, give(PHA), { era: mortalEra(4, chain.number), birthHash: chain.hash })
    equal(validity(chain, mortal), 'valid')
    chain.block()
    chain.block()
    equal(validity(chain, mortal), 'valid')
    chain.block()
    // The block that is made now begins the next era: its own hash cannot have been signed.
    deepEqual(refusal(chain, mortal), ['Invalid.AncientBirthBlock', 'Invalid.AncientBirthBlock'])
    chain.block()
    deepEqual(refusal(chain, mortal), ['Invalid.BadProof', 'Invalid.BadProof'])
  })

  it('is refused if its sender cannot pay the fee and keep the existential deposit', () => {
    const poor: [Uint8Array, bigint] = [bob.accountId, balances.constants.existentialDeposit.value]
    const chain = new TestChain({ balances: { endowments: [poor, [alice.accountId, PHA]] } })
    chain.block()
    deepEqual(refusal(chain, chain.sign(bob, give(1n))), ['Invalid.Payment', 'Invalid.Payment'])
    deepEqual(refusal(chain, chain.sign(alice, give(1n), { tip: PHA })), ['Invalid.Payment', 'Invalid.Payment'])
    const nobody = deriveDevAccount('//Nobody')
    deepEqual(refusal(chain, chain.sign(nobody, give(1n))), ['Invalid.Payment', 'Invalid.Payment'])
  })

  it('is refused when malformed, unknown, oversized, or bare without being an inherent', () => {
    const chain = new TestChain({ endowed: [alice] })
    const both = (extrinsic: Uint8Array) => refusal(chain, extrinsic)
    deepEqual(both(chain.sign(alice, Uint8Array.of(99, 0))), ['Invalid.Call', 'Invalid.Call'])
    deepEqual(both(chain.sign(alice, Uint8Array.of(...give(1n), 0))), ['Invalid.Call', 'Invalid.Call'])
    const oversized = system.calls.remark.encode({ remark: new Uint8Array(1_048_576) })
    deepEqual(both(chain.sign(alice, oversized)), ['Invalid.ExhaustsResources', 'Invalid.ExhaustsResources'])
    const bare = encodeExtrinsic({ signed: undefined, call: give(1n) })
    deepEqual(both(bare), ['Unknown.NoUnsignedValidator', 'Unknown.NoUnsignedValidator'])
    const inherent = encodeExtrinsic({ signed: undefined, call: timestamp.calls.set.encode({ now: 2n ** 60n }) })
    deepEqual(both(inherent), ['Invalid.MandatoryValidation', 'Invalid.BadMandatory'])
  })

  it('cannot make the call of a block author', () => {
    const chain = new TestChain({ endowed: [alice] })
    deepEqual(chain.block([alice, timestamp.calls.set.encode({ now: 2n ** 60n })]), ['Invalid.MandatoryValidation'])
  })

  it('pays its fee and counts its nonce even if the call fails, and changes nothing else', () => {
    const chain = new TestChain({ endowed: [alice] })
    chain.block()
    deepEqual(chain.block([alice, give(2_000n * PHA)]), ['Token.FundsUnavailable'])
    const [paid] = chain.events('TransactionPayment', 'TransactionFeePaid') as [{ actualFee: bigint }]
    equal(chain.balance(alice.accountId), 1_000n * PHA - paid.actualFee)
    equal(chain.read(balances.storage.totalIssuance), 1_000n * PHA - paid.actualFee)
    equal(chain.read(system.storage.account, alice.accountId).nonce, 1)
    deepEqual(chain.read(system.storage.account, bob.accountId), EMPTY_ACCOUNT)
    deepEqual(chain.events('Balances', 'Transfer'), [])
    deepEqual(chain.broken(), [])
  })

  it('costs what the fee query says, and the tip', () => {
    const chain = new TestChain({ endowed: [alice] })
    chain.block()
    const extrinsic = chain.sign(alice, give(PHA), { tip: 77n })
    const query = t.tuple(UncheckedExtrinsic, t.u32).encode([extrinsic, extrinsic.length])
    const Details = t.tuple(t.option(t.tuple(t.u128, t.u128, t.u128)), t.u128)
    const [parts, tip] = Details.decode(chain.call('TransactionPaymentApi_query_fee_details', query))
    chain.open()
    chain.apply(extrinsic)
    chain.close()
    const [paid] = chain.events('TransactionPayment', 'TransactionFeePaid') as [{ actualFee: bigint; tip: bigint }]
    notEqual(parts, undefined)
    equal(paid.actualFee, (parts ?? [0n, 0n, 0n]).reduce((sum, part) => sum + part, 0n) + tip)
    equal(paid.tip, 77n)
  })
})
