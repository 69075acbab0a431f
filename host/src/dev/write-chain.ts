/** The chain of a development network: the runtime of these sources, and the accounts whose keys lie in the folder. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { keypairFromSeed } from '@pha/core/crypto'
import { readKeyFile } from '../keys/index.ts'
import { parseChainSpec } from '../node/chain-spec.ts'
import { currentRuntimeCode } from '../runtime/build-runtime.ts'
import { type DevelopmentChain, developmentChain, type Measurements } from './development-chain.ts'
import { enclavesText, type NetworkFiles } from './network-files.ts'

export interface NewChain {
  readonly measurements: Measurements
  /** Names of the hosts, such as `gatekeeper-1` and `worker-1`. */
  readonly gatekeepers: readonly string[]
  readonly workers: readonly string[]
  /** Gatekeepers that release a key together. */
  readonly threshold: number
  readonly endowments: NonNullable<DevelopmentChain['endowments']>
}

/**
 * Writes the specification of a new chain; one that is there stays, and is looked at.
 *
 * @throws NodeError if the specification that is there is damaged; KeyFileError; esbuild's BuildFailure
 * @example
 * await writeChain(await openNetworkFiles(init), { measurements, gatekeepers, workers, threshold, endowments })
 */
export async function writeChain(files: NetworkFiles, chain: NewChain): Promise<void> {
  const { chainFile, enclavesFile, authorityKey, keyFile } = files
  if (existsSync(chainFile)) {
    parseChainSpec(await readFile(chainFile, 'utf8'))
    return
  }
  const { measurements, gatekeepers, workers, threshold, endowments } = chain
  const built = currentRuntimeCode()
  const operatorsOf = (hosts: readonly string[]) =>
    Promise.all(hosts.map(async (host) => keypairFromSeed('sr25519', await readKeyFile(keyFile(host))).accountId))
  const [authoritySeed, gatekeeperOperators, workerOperators, code] = await Promise.all([
    readKeyFile(authorityKey),
    operatorsOf(gatekeepers),
    operatorsOf(workers),
    built,
  ])
  const spec = developmentChain({
    code,
    authority: keypairFromSeed('ed25519', authoritySeed).publicKey,
    operators: workerOperators,
    gatekeepers: { operators: gatekeeperOperators, threshold },
    measurements,
    endowments,
  })
  await writeFile(enclavesFile, enclavesText(measurements))
  await writeFile(chainFile, JSON.stringify(spec))
}
