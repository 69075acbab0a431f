/** `pha permit`: files that let a key read in an account's name; what they allow, narrower ones, and taking them back. */
import { open, readFile } from 'node:fs/promises'
import { fromHex, type Hex, ss58Encode, toHex } from '@pha/core/codec'
import { Secret } from '@pha/core/crypto'
import { permitText, verifyChain } from '@pha/core/permits'
import type { PermitChain, PermitTerms } from '@pha/core/protocol'
import {
  type Client,
  createPermit,
  delegatePermit,
  type HeldPermit,
  type PermitScope,
  permitFile,
  permitKey,
  readPermitFile,
  revokeAllPermits,
  revokePermit,
  type Signer,
} from '@pha/sdk'
import { CliError } from '../cli-error.ts'

export interface PermitInfo {
  readonly id: Hex
  /** In whose name it asks. */
  readonly account: string
  readonly site: string
  readonly key: Hex
  readonly contracts: readonly { readonly contract: Hex; readonly methods: readonly string[] | null }[]
  readonly workers: readonly Hex[] | null
  readonly issuedAtBlock: number
  readonly expiresAtBlock: number
  readonly uses: number
  /** How often it was handed on. */
  readonly delegations: number
  /** Whether this file has its key. */
  readonly held: boolean
  /** What the account signed. */
  readonly text: string
}

export interface CreateOptions extends PermitScope {
  readonly site: string
  readonly signer: Signer
  readonly out: string
}

export async function createPermitFile(client: Client, { out, ...params }: CreateOptions): Promise<PermitInfo> {
  const seed = randomSeed()
  const { chain } = await createPermit(client, { ...params, seed })
  await writePermit(out, chain, seed)
  return describePermit(chain, true)
}

/** @throws CliError `cli.bad-permit` if no worker would accept it */
export async function showPermit(file: string): Promise<PermitInfo> {
  const { chain, held } = await readPermit(file)
  return describePermit(chain, held !== undefined)
}

export interface DelegateOptions extends Pick<PermitScope, 'uses' | 'workers'> {
  readonly contracts: PermitScope['contracts'] | undefined
  readonly expiresAtBlock: number | undefined
  /** Whose key may use it; a fresh one that goes into the file if absent. */
  readonly to: Hex | undefined
  readonly out: string
}

export async function delegatePermitFile(file: string, options: DelegateOptions): Promise<PermitInfo> {
  const { out, to, contracts, workers, expiresAtBlock, uses } = options
  const held = await loadPermit(file)
  const seed = to === undefined ? randomSeed() : undefined
  const chain = delegatePermit(held, {
    to: to === undefined ? permitKey(seed as Secret).publicKey : fromHex(to),
    ...(contracts && { contracts }),
    ...(workers && { workers }),
    ...(expiresAtBlock !== undefined && { expiresAtBlock }),
    ...(uses !== undefined && { uses }),
  })
  await writePermit(out, chain, seed)
  return describePermit(chain, seed !== undefined)
}

export async function revokePermitFile(client: Client, file: string, signer: Signer) {
  const { chain } = await readPermit(file)
  const { id } = describePermit(chain, false)
  const { block } = await revokePermit(client, { chain, signer })
  return { id, block: block.number }
}

export async function revokeAll(client: Client, signer: Signer, issuedBefore: number | undefined) {
  const { block } = await revokeAllPermits(client, { signer, ...(issuedBefore !== undefined && { issuedBefore }) })
  return { account: ss58Encode(signer.accountId), block: block.number }
}

/** @throws CliError `cli.no-permit-key` if the file is for another holder */
export async function loadPermit(file: string): Promise<HeldPermit> {
  const { held } = await readPermit(file)
  if (held !== undefined) return held
  throw new CliError('cli.no-permit-key', `${file} has no key: somebody else may use this permit`)
}

export function permitInfoText(info: PermitInfo): string {
  const narrowed = info.delegations === 0 ? [] : [`handed on ${info.delegations} times; what is left of it:`]
  const methods = (names: readonly string[] | null) => names?.join(', ') ?? 'any query'
  return [
    info.text,
    '',
    ...narrowed,
    `id        ${info.id}`,
    `key       ${info.key}${info.held ? ' (in this file)' : ''}`,
    ...info.contracts.map(({ contract, methods: names }) => `contract  ${contract} ${methods(names)}`),
    `workers   ${info.workers?.join(', ') ?? 'any that the chain believes'}`,
    `blocks    ${info.issuedAtBlock} to ${info.expiresAtBlock}`,
    `queries   ${info.uses} on each worker`,
  ].join('\n')
}

/** `ID` for all queries of a contract, `ID:method,method` for some. */
export function contractScope(value: string): PermitScope['contracts'][number] {
  const [, id, methods] = /^(?:0x)?([0-9a-f]{64})(?::([A-Za-z0-9_,]+))?$/.exec(value) ?? []
  if (id === undefined) {
    throw new CliError('cli.bad-argument', `${value} is no contract`, 'give ID, or ID:method,method')
  }
  return { contract: fromHex(`0x${id}`), methods: methods?.split(',') }
}

function describePermit(chain: PermitChain, held: boolean): PermitInfo {
  const { account, terms } = chain.permit
  const verdict = verifyChain(chain, terms.genesis)
  if (!verdict.ok) throw new CliError('cli.bad-permit', `no worker accepts this permit: ${verdict.reason}`)
  const last = verdict.links.at(-1) ?? verdict.links[0]
  return {
    id: toHex(last.id),
    account: ss58Encode(account),
    ...describeTerms(last.terms),
    delegations: chain.delegations.length,
    held,
    text: permitText({ account, terms }),
  }
}

function describeTerms({ site, key, contracts, workers, issuedAtBlock, expiresAtBlock, uses }: PermitTerms) {
  return {
    site,
    key: toHex(key),
    contracts: contracts.map(({ contract, methods }) => ({ contract: toHex(contract), methods: methods ?? null })),
    workers: workers?.map(toHex) ?? null,
    issuedAtBlock,
    expiresAtBlock,
    uses,
  }
}

async function readPermit(file: string) {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) throw new CliError('cli.no-file', `there is no ${file}`)
  return readPermitFile(text)
}

/** As a key file: readable by its owner only, and never overwritten. */
async function writePermit(file: string, chain: PermitChain, seed: Secret | undefined): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause
    throw new CliError('cli.file-exists', `${file} exists`, 'choose another name; permits are never overwritten')
  })
  try {
    await handle.writeFile(`${JSON.stringify(permitFile(chain, seed), undefined, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function randomSeed(): Secret {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  const seed = Secret.from(bytes)
  bytes.fill(0)
  return seed
}
