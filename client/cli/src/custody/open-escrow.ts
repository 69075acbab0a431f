/**
 * A custodian's recovery share, from the chain and one key: the dealings of its escrow are read by proof, opened, and checked
 * against what each dealer committed to and against the public share that the chain shows.
 */
import { openDealing } from '@pha/core/ceremony'
import { equalBytes } from '@pha/core/codec'
import { generateAgreementKey, type Secret } from '@pha/core/crypto'
import { interpolateShares, publicShareOf } from '@pha/core/threshold'
import { type Escrow, gatekeepers } from '@pha/runtime/pallets'
import { type Client, readStorage } from '@pha/sdk'
import { CliError } from '../cli-error.ts'
import { escrowDealings } from './escrow-dealings.ts'

export interface OpenedEscrow {
  readonly escrow: Escrow
  /** Where this custodian's share lies on the polynomial. */
  readonly index: number
  /** The share, if all that was dealt is good. */
  readonly share: Secret | undefined
  /** Dealers whose part is missing or wrong, ascending. */
  readonly complaints: readonly number[]
}

/**
 * @throws CliError `cli.no-escrow`, `cli.not-custodian`, `cli.other-key`, `cli.bad-messages` if the node's messages are not
 *   those of the chain
 */
export async function openEscrow(client: Client, account: Uint8Array, seed: Secret): Promise<OpenedEscrow> {
  const escrow = await readStorage(client, gatekeepers.storage.escrow, [])
  if (escrow === undefined)
    throw new CliError('cli.no-escrow', 'gatekeepers have dealt no recovery shares', 'wait for it')
  const { group, dealers } = escrow
  const receiver = group.members.find(({ identity }) => equalBytes(identity, account))
  if (receiver === undefined) {
    throw new CliError(
      'cli.not-custodian',
      'this account is no custodian of the escrow',
      'choose another account with --from',
    )
  }
  const { hash: genesis } = await client.chain.genesis(AbortSignal.timeout(10_000))
  const ceremony = { id: group.ceremony, threshold: group.threshold, receivers: group.members }
  const dealings = await escrowDealings(client, escrow)
  const parts: { readonly index: number; readonly share: Secret }[] = []
  for (const dealer of dealers) {
    const dealt = dealings.find((one) => one.dealer === dealer.index)
    const opened = dealt && (await openDealing({ genesis, recipient: seed, ceremony, dealer, receiver }, dealt))
    if (opened?.ok) parts.push({ index: dealer.index, share: opened.share })
  }
  const { index, publicShare } = receiver
  const complaints = dealers
    .map((dealer) => dealer.index)
    .filter((dealer) => !parts.some((part) => part.index === dealer))
  const share = complaints.length === 0 ? interpolateShares(parts) : undefined
  for (const part of parts) part.share.wipe()
  if (share === undefined) await requireDealtTo(client, escrow, account, seed)
  // Each part fits what its dealer committed to, and the chain computed this of the same commitments.
  if (share !== undefined && !equalBytes(publicShareOf(share), publicShare)) {
    throw new CliError(
      'cli.bad-messages',
      'the share is not the one that the chain shows',
      'use the version that belongs to the chain',
    )
  }
  return { escrow, index, share, complaints: complaints.sort((left, right) => left - right) }
}

/** Refuses to blame dealers for a key that they did not deal to: another file's, or one that was named after they dealt. */
async function requireDealtTo(client: Client, escrow: Escrow, account: Uint8Array, seed: Secret): Promise<void> {
  const custodians = await readStorage(client, gatekeepers.storage.custodians, [])
  const named = custodians?.people.find((person) => equalBytes(person.account, account))
  if (named !== undefined && !equalBytes(named.recipient, generateAgreementKey(seed).publicKey)) {
    throw new CliError(
      'cli.other-key',
      'this file is not the key that governance registered for the account',
      'name the file of that key: `pha keys custodian show` prints the public part of each',
    )
  }
  const due = await readStorage(client, gatekeepers.storage.escrowDue, [])
  if (due === undefined || escrow.disputed.length > 0) return
  throw new CliError(
    'cli.other-key',
    'gatekeepers have not dealt to this key yet, but to those of before',
    'name the file of the key before, or wait until they have dealt anew',
  )
}
