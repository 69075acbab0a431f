/** The receipts of the study: one for each answer, checked offline as a stranger would. */
import type { Reply } from '@pha/core/protocol'
import { type Client, getStatus, type Hex, makeReceipt, type ReceiptFile, verifyReceipt } from '@pha/sdk'

export interface CheckedReceipts {
  readonly receipts: readonly ReceiptFile[]
  /** Each verifies on the pinned chain, and names the contract's code. */
  readonly allVerify: boolean
  /** Each is refused with one digit of its reply changed. */
  readonly noneForgeable: boolean
}

/** Makes the receipts of replies, in their order, and checks them. */
export async function checkedReceipts(
  client: Client,
  replies: readonly Reply[],
  codeHash: Hex,
): Promise<CheckedReceipts> {
  const { genesisHash } = await getStatus(client)
  const receipts = await Promise.all(replies.map((reply) => makeReceipt(client, { reply })))
  const verdicts = receipts.map((receipt) => verifyReceipt(receipt, { genesisHash }))
  const forged = receipts.map((receipt) => verifyReceipt(withOneDigitChanged(receipt), { genesisHash }))
  return {
    receipts,
    allVerify: verdicts.every((verdict) => verdict.ok && verdict.facts.codeHash === codeHash),
    noneForgeable: forged.every((verdict) => !verdict.ok),
  }
}

function withOneDigitChanged(receipt: ReceiptFile): ReceiptFile {
  const { reply } = receipt
  return { ...receipt, reply: `${reply.slice(0, -1)}${reply.endsWith('0') ? '1' : '0'}` as Hex }
}
