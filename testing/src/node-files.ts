/** What a node alone is started with: a development chain without workers, and the key of its authority. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keypairFromSeed, Secret } from '@pha/core/crypto'
import { developmentChain } from '@pha/host/dev'
import { currentRuntimeCode } from '@pha/host/runtime'

/** Known to everybody: the chain is worth nothing. */
const AUTHORITY_SEED = new Uint8Array(32).fill(5)

/** Accounts with their balances in planck, beside the development accounts. */
export type Endowments = readonly (readonly [account: Uint8Array, balance: bigint])[]

/**
 * Writes the files of a new chain into `folder`.
 * @returns the options that name them on a node's command line
 */
export async function writeNodeFiles(folder: string, endowments: Endowments = []): Promise<readonly string[]> {
  const authority = keypairFromSeed('ed25519', Secret.from(AUTHORITY_SEED))
  const spec = developmentChain({
    code: await currentRuntimeCode(),
    authority: authority.publicKey,
    operators: [],
    measurements: { worker: [], gatekeeper: [] },
    endowments,
  })
  const [chain, key] = [join(folder, 'chain.json'), join(folder, 'authority.key')]
  await writeFile(chain, JSON.stringify(spec))
  await writeFile(key, `0x${Buffer.from(AUTHORITY_SEED).toString('hex')}\n`, { mode: 0o600 })
  return ['--chain', chain, '--authority-key', key]
}
