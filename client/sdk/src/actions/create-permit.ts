import { compareBytes } from '@pha/core/codec'
import { type Keypair, Secret } from '@pha/core/crypto'
import { permitText, refuseTerms } from '@pha/core/permits'
import type { PermitTerms } from '@pha/core/protocol'
import { type CallOptions, deadline, READ_TIMEOUT_MS } from '../call-options.ts'
import type { Client } from '../client.ts'
import { PhaError } from '../errors.ts'
import { type HeldPermit, lastLink, permitKey, siteHere } from '../permits/held-permit.ts'
import { accountOf, signText, type TextSigner } from '../permits/sign-text.ts'

/** What a permit allows, as an application says it. */
export interface PermitScope {
  /** What may be asked; without methods, every query. */
  readonly contracts: readonly { readonly contract: Uint8Array; readonly methods?: readonly string[] | undefined }[]
  /** Identities of the only workers that may answer; any that the chain believes if absent. */
  readonly workers?: readonly Uint8Array[] | undefined
  /** For how many blocks; a day of 3 s blocks if absent, 30 days at most. */
  readonly blocks?: number | undefined
  /** How many queries each worker answers; 1,000 if absent. */
  readonly uses?: number | undefined
}

export interface CreatePermitParams extends PermitScope {
  /** In whose name the key may ask: a key pair, or an account of a wallet, whose owner is shown the text. */
  readonly signer: TextSigner
  /** Who may use the permit. A page is its own origin and nothing else; a program names itself. */
  readonly site: string
  /** Seed of the permit's key; fresh if absent. */
  readonly seed?: Secret
}

const DAY = 28_800
const USES = 1_000

/**
 * Lets a key read as an account, within a scope: the account signs one text, and no more for each session. Nothing of it is
 * on chain; `revokePermit` takes it back there.
 *
 * @returns the permit and its key, which is all that is needed to ask
 * @throws PhaError `sdk.permit-refused` if no worker would accept it, or a page names another site than its own
 * @example
 * const permit = await createPermit(client, { signer: wallet, site: location.origin, contracts: [{ contract }] })
 * const mine = await contractClient(client, HealthCohort, contract, { permit }).query.mine()
 */
export async function createPermit(
  client: Client,
  { signer, site, seed, ...scope }: CreatePermitParams,
  options: CallOptions = {},
): Promise<HeldPermit> {
  const signal = deadline(options, READ_TIMEOUT_MS)
  if (siteHere(site) !== site) {
    throw new PhaError('sdk.permit-refused', `this page is ${siteHere(site)}, and may ask for no permit of ${site}`)
  }
  const [{ hash: genesis }, { number: issuedAtBlock }] = await Promise.all([
    client.chain.genesis(signal),
    client.chain.head(signal),
  ])
  const key = permitKey(seed ?? Secret.from(client.random(32)))
  const terms = termsOf(scope, { genesis, key, site, issuedAtBlock })
  const account = accountOf(signer)
  const signature = await signText(signer, permitText({ account, terms }))
  const chain = { permit: { account, terms, signature }, delegations: [] }
  lastLink(chain) // a wallet may have signed something else
  return { chain, key }
}

interface Place {
  readonly genesis: Uint8Array
  readonly key: Pick<Keypair, 'publicKey'>
  readonly site: string
  readonly issuedAtBlock: number
}

/** @throws PhaError `sdk.permit-refused` for terms that no permit has */
function termsOf({ contracts, workers, blocks = DAY, uses = USES }: PermitScope, place: Place): PermitTerms {
  const { genesis, key, site, issuedAtBlock } = place
  const terms: PermitTerms = {
    genesis,
    key: key.publicKey,
    site,
    contracts: sortContracts(contracts),
    workers: workers?.toSorted(compareBytes),
    issuedAtBlock,
    expiresAtBlock: issuedAtBlock + blocks,
    uses,
  }
  const refusal = refuseTerms(terms)
  if (refusal !== undefined) throw new PhaError('sdk.permit-refused', `no permit has such terms: ${refusal}`)
  return terms
}

export function sortContracts(contracts: PermitScope['contracts']): PermitTerms['contracts'] {
  return contracts
    .map(({ contract, methods }) => ({ contract, methods: methods?.toSorted() }))
    .toSorted((one, other) => compareBytes(one.contract, other.contract))
}
