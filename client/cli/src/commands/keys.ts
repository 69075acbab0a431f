/** `pha keys`: accounts kept in files that only their owner can read. */
import { readdir } from 'node:fs/promises'
import { ss58Encode, toHex } from '@pha/core/codec'
import { deriveDevAccount, type Keypair, keypairFromSeed } from '@pha/core/crypto'
import { createSeed, loadSeed, seedFolder } from '../seed-files.ts'

export interface KeyInfo {
  readonly name: string
  readonly address: string
  readonly publicKey: string
}

/** Makes a new sr25519 account. */
export async function createKey(name: string): Promise<KeyInfo> {
  return describe(name, keypairFromSeed('sr25519', await createSeed(name, 'key')))
}

export async function listKeys(): Promise<readonly KeyInfo[]> {
  const files = await readdir(seedFolder()).catch(() => [])
  const names = files.filter((file) => file.endsWith('.key')).map((file) => file.slice(0, -4))
  return Promise.all(names.sort().map(async (name) => describe(name, await loadSigner(name))))
}

/**
 * The signer that `--from` names: a key file, or a development account such as `//Alice`.
 * @throws CliError `cli.key-unknown`, `cli.key-readable` if others could read the file
 */
export async function loadSigner(name: string): Promise<Keypair> {
  if (name.startsWith('//')) return deriveDevAccount(name)
  return keypairFromSeed('sr25519', await loadSeed(name, 'key', `pha keys new ${name}`))
}

export function describe(name: string, { accountId, publicKey }: Keypair): KeyInfo {
  return { name, address: ss58Encode(accountId), publicKey: toHex(publicKey) }
}
