/** A user's page: it signs, seals, sends, asks and verifies by itself, and shows what came of it. */
import { HealthCohort } from '@pha/health-cohort'
import {
  contractClient,
  createClient,
  deriveDevAccount,
  fromHex,
  getStatus,
  type Hex,
  makeReceipt,
  PhaError,
  type ReceiptFile,
  toHex,
  verifyReceipt,
} from '@pha/sdk'

/** What the page is told in its address. */
export interface PageParameters {
  readonly node: string
  readonly genesisHash: Hex
  readonly contract: Hex
  /** Codes with commas between them. */
  readonly answers: string
}

try {
  await run(Object.fromEntries(new URLSearchParams(location.search)) as unknown as PageParameters)
  show('state', 'done')
} catch (error) {
  show('state', error instanceof PhaError ? error.code : String(error))
}

async function run({ node, genesisHash, contract, answers }: PageParameters): Promise<void> {
  const client = createClient({ url: node, genesisHash })
  try {
    const { block } = await getStatus(client)
    show('chain', `${genesisHash}, block ${block.number}`)
    const signer = deriveDevAccount('//Bob')
    show('signer', toHex(signer.accountId))
    const cohort = contractClient(client, HealthCohort, fromHex(contract), { signer })

    const { reply, commit } = await cohort.command.contribute({
      answers: Uint16Array.from(answers.split(','), Number),
    })
    show('settled', `${reply.receipt.outcome.type}, by ${commit.voters.length} replicas`)
    show('row', (await cohort.query.mine())?.join() ?? 'none')

    const receipt = await makeReceipt(client, { reply })
    const verdict = verifyReceipt(receipt, { genesisHash })
    show('verdict', verdict.ok ? `proves ${verdict.facts.outcome} of code ${verdict.facts.codeHash}` : verdict.reason)
    const forged = verifyReceipt(withOneDigitChanged(receipt), { genesisHash })
    show('changed', forged.ok ? 'proves the same' : forged.reason)
    show('receipt', JSON.stringify(receipt, undefined, 2))
  } finally {
    client.close()
  }
}

function withOneDigitChanged(receipt: ReceiptFile): ReceiptFile {
  const { reply } = receipt
  return { ...receipt, reply: `${reply.slice(0, -1)}${reply.endsWith('0') ? '1' : '0'}` as Hex }
}

function show(id: string, text: string): void {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`the page has no ${id}`)
  element.textContent = text
}
