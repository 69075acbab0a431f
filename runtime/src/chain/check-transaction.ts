/** The nine extensions at work: what a signed transaction must satisfy before its call runs. */
import { fromHex } from '@pha/core/codec'
import { type Infer, t } from '@pha/core/schema'
import type { ExposedBy, PalletEnvironment } from '../frame/implement.ts'
import type { BlockView } from '../pallets/system/block.ts'
import type { systemLogic } from '../pallets/system/logic.ts'
import { RUNTIME_VERSION } from '../pallets/system/version.ts'
import { totalFee, type transactionPaymentLogic } from '../pallets/transaction-payment/logic.ts'
import { birthBlock, mortalityOf } from '../transaction/era.ts'
import { type Extra, type Implicit, type Signed, signingPayload } from '../transaction/extrinsic.ts'
import { lookupAccount } from '../transaction/multi-address.ts'
import type { CallInfo } from './dispatch-info.ts'
import { METADATA_DIGEST } from './metadata-digest.ts'
import { invalid, unknown, type ValidTransaction } from './transaction-validity.ts'

export interface TransactionCheckDeps {
  readonly system: ExposedBy<typeof systemLogic>
  readonly payment: ExposedBy<typeof transactionPaymentLogic>
  readonly verify: PalletEnvironment['verify']
}

export interface Transaction {
  readonly signed: Signed
  readonly call: Uint8Array
  readonly info: CallInfo
  /** Bytes of the whole extrinsic: fees and the block's length count them. */
  readonly length: number
}

/** What the check did, for what follows the call. */
export interface Checked {
  readonly who: Uint8Array
  readonly fee: bigint
  readonly tip: bigint
  readonly validity: ValidTransaction
}

const MAX_U64 = 0xffff_ffff_ffff_ffffn
const NONCE_TAG = t.tuple(t.accountId, t.u32)

/**
 * Checks a transaction and, in an open block, takes what it costs: nonce and fee. The caller drops the changes if it throws.
 * An open block refuses a nonce from the future; a pool may keep such a transaction for later.
 * @throws Refusal
 */
export function checkTransaction(
  { system, payment, verify }: TransactionCheckDeps,
  { signed, call, info, length }: Transaction,
  block: BlockView,
): Checked {
  // Inherents always fit into a block, so nobody but its author may add one.
  if (info.class === 'Mandatory') throw invalid('MandatoryValidation')

  const { extra } = signed
  const who = lookupAccount(signed.address)
  if (who === undefined) throw unknown('CannotLookup')

  const { implicit, longevity } = implicitOf(block, extra)
  const { type: scheme, value: signature } = signed.signature
  if (!verify(scheme, signature, signingPayload(call, extra, implicit), who)) throw invalid('BadProof')

  // CheckNonZeroSender: no key is known for it, but some schemes accept degenerate keys.
  if (who.every((byte) => byte === 0)) throw invalid('BadSigner')

  const account = system.account(who)
  if (account.providers === 0 && account.sufficients === 0) throw invalid('Payment')
  if (extra.nonce < account.nonce) throw invalid('Stale')
  if (block.isOpen && extra.nonce > account.nonce) throw invalid('Future')
  if (extra.nonce === 0xffff_ffff) throw invalid('Stale')
  if (block.isOpen) system.putAccount(who, account, { ...account, nonce: extra.nonce + 1 })

  if (!block.consume(info.class, info.refTime, length)) throw invalid('ExhaustsResources')

  const fee = totalFee(payment.inclusionFee(length, info.refTime), extra.tip)
  if (!payment.canPay(who, fee)) throw invalid('Payment')
  if (block.isOpen) payment.charge(who, fee)
  return { who, fee, tip: extra.tip, validity: validityOf(who, extra, account.nonce, longevity) }
}

function implicitOf(
  block: BlockView,
  { era, metadataHash }: Extra,
): { readonly implicit: Implicit; readonly longevity: bigint } {
  const mortality = mortalityOf(era)
  if (mortality === false) throw invalid('AncientBirthBlock')
  const current = block.number
  const birth = mortality === undefined ? 0 : birthBlock(mortality, current)
  const genesisHash = block.hashOf(0)
  const birthHash = birth === 0 ? genesisHash : block.hashOf(birth)
  if (birthHash === undefined || genesisHash === undefined) throw invalid('AncientBirthBlock')
  return {
    implicit: {
      specVersion: RUNTIME_VERSION.specVersion,
      transactionVersion: RUNTIME_VERSION.transactionVersion,
      genesisHash,
      birthHash,
      metadataHash: metadataHash.type === 'Enabled' ? metadataDigest() : undefined,
    },
    longevity: mortality === undefined ? MAX_U64 : BigInt(birth + mortality.period - current),
  }
}

/** What the device that signed saw as the chain's metadata (RFC-78). A digest of another runtime would say nothing. */
function metadataDigest(): Uint8Array {
  if (METADATA_DIGEST.specVersion !== RUNTIME_VERSION.specVersion) throw invalid('IndeterminateImplicit')
  return fromHex(METADATA_DIGEST.digest)
}

function validityOf(
  who: Uint8Array,
  { nonce, tip }: Extra,
  accountNonce: number,
  longevity: bigint,
): Infer<typeof ValidTransaction> {
  return {
    // Equal fees for equal work, so the tip alone decides who is first.
    priority: tip < MAX_U64 ? tip : MAX_U64,
    requires: nonce > accountNonce ? [nonceTag(who, nonce - 1)] : [],
    provides: [nonceTag(who, nonce)],
    longevity,
    propagate: true,
  }
}

function nonceTag(who: Uint8Array, nonce: number): Uint8Array {
  return NONCE_TAG.encode([who, nonce])
}
