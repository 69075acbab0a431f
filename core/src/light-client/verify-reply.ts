/** Whether a reply is what the replicas agreed on: its receipt under the commit's root, its output under the receipt. */
import { equalBytes } from '../codec/index.ts'
import { Receipt, type Reply, resultCommitment } from '../protocol/index.ts'
import { verifyOrdered } from '../trie/index.ts'

/** What is needed of a final commit that was proven from state. */
export interface SettledBatch {
  readonly contract: Uint8Array
  readonly batch: number
  readonly receiptsRoot: Uint8Array
}

export type ReplyCheck =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly reason: /** The reply names another contract or batch than the commit. */
        | 'receipt.other-batch'
        /** The receipt is not at this position under `receiptsRoot`. */
        | 'receipt.not-included'
        /** Salt and output do not match the receipt's result. */
        | 'receipt.output-mismatch'
    }

/**
 * Checks a reply offline against the commit of its batch.
 *
 * @param settled from `Contracts.Commits(contract, batch)`, read by proof
 * @example
 * const check = verifyReply(finalCommit.commit, reply)
 */
export function verifyReply(settled: SettledBatch, reply: Reply): ReplyCheck {
  if (!equalBytes(settled.contract, reply.contract) || settled.batch !== reply.batch) {
    return { ok: false, reason: 'receipt.other-batch' }
  }
  const leaf = verifyOrdered(settled.receiptsRoot, reply.proof, reply.position)
  if (!leaf.ok || !equalBytes(leaf.value, Receipt.encode(reply.receipt))) {
    return { ok: false, reason: 'receipt.not-included' }
  }
  return equalBytes(reply.receipt.result, resultCommitment(reply.salt, reply.output))
    ? { ok: true }
    : { ok: false, reason: 'receipt.output-mismatch' }
}
