/** `pha keys custodian`: for people who hold recovery shares of the root (docs/guides/disaster-recovery.md). */
import { ss58Encode, toHex } from '@pha/core/codec'
import { generateAgreementKey } from '@pha/core/crypto'
import { gatekeepers } from '@pha/runtime/pallets'
import { type Client, type Signer, sendCall } from '@pha/sdk'
import { CliError } from '../cli-error.ts'
import { dealShare } from '../custody/deal-share.ts'
import { openEscrow } from '../custody/open-escrow.ts'
import { createSeed, loadSeed } from '../seed-files.ts'

export interface CustodianKey {
  readonly name: string
  /** X-Wing public key, 1,216 bytes: what governance registers. */
  readonly recipient: string
}

/** Makes the key that recovery shares are sealed to. Whoever has its file has the share. */
export async function createCustodianKey(name: string): Promise<CustodianKey> {
  return { name, recipient: toHex(generateAgreementKey(await createSeed(name, 'custodian')).publicKey) }
}

export async function showCustodianKey(name: string): Promise<CustodianKey> {
  return { name, recipient: toHex(generateAgreementKey(await seedOf(name)).publicKey) }
}

export interface CustodianAction {
  readonly name: string
  /** The account that governance named. */
  readonly signer: Signer
}

/** Opens the share and checks it; with `say` the chain is told, complaints too. */
export async function verifyEscrow(client: Client, { name, signer, say }: CustodianAction & { readonly say: boolean }) {
  const { escrow, index, share, complaints } = await openEscrow(client, signer.accountId, await seedOf(name))
  share?.wipe()
  const { root, threshold, ceremony, members } = escrow.group
  const isSaid = escrow.checked.includes(index) || escrow.disputed.includes(index)
  if (say && !isSaid) {
    const call = gatekeepers.calls.checkEscrow.encode({ escrow: ceremony, complaints: [...complaints] })
    await sendCall(client, { call, signer })
  }
  const account = ss58Encode(signer.accountId)
  return {
    account,
    index,
    root,
    threshold,
    custodians: members.length,
    complaints,
    good: complaints.length === 0,
    said: isSaid || say,
  }
}

export function verifyText(found: Awaited<ReturnType<typeof verifyEscrow>>): string {
  const { index, root, threshold, custodians, complaints, good, said } = found
  return [
    good
      ? `share ${index} of ${custodians} of root ${root} is good`
      : `dealings of ${complaints.join(', ')} are missing or wrong`,
    `any ${threshold} custodians bring the root back`,
    said ? 'the chain has your word' : 'the chain was not told: --say',
  ].join('\n')
}

/** Deals the share to new gatekeepers, and stays until they hold theirs. */
export async function dealInRecovery(
  client: Client,
  { name, signer }: CustodianAction,
  progress: (text: string) => void,
) {
  const { index, share, complaints } = await openEscrow(client, signer.accountId, await seedOf(name))
  if (share === undefined) {
    throw new CliError(
      'cli.no-share',
      `dealings of ${complaints.join(', ')} are missing or wrong`,
      'other custodians have to deal',
    )
  }
  try {
    return await dealShare(client, { signer, index, share }, progress)
  } finally {
    share.wipe()
  }
}

const seedOf = (name: string) => loadSeed(name, 'custodian', `pha keys custodian new ${name}`)
