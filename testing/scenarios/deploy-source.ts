/** Contracts of the scenarios, from their sources to a client of the deployed contract. */
import { fileURLToPath } from 'node:url'
import type { Contract, Interface } from '@pha/contract'
import { buildContract } from '@pha/contract/build'
import {
  type Client,
  type ContractClient,
  contractClient,
  type DeployContractParams,
  deployContract,
  type Signer,
  uploadCode,
  waitForCommandKey,
} from '@pha/sdk'

export interface DeploySourceParams<I extends Interface> extends Pick<DeployContractParams, 'policy' | 'init'> {
  readonly contract: Contract<I>
  /** The module that exports it. */
  readonly source: URL
  readonly signer: Signer
}

/**
 * Builds, publishes and deploys a contract; resolves when commands can be sent.
 * @example
 * const source = new URL('contracts/counter.ts', import.meta.url)
 * const counter = await deploySource(client, { contract: Counter, source, signer: alice })
 */
export async function deploySource<I extends Interface>(
  client: Client,
  { contract, source, signer, ...params }: DeploySourceParams<I>,
): Promise<ContractClient<I>> {
  const { code } = await buildContract(fileURLToPath(source))
  const { codeHash } = await uploadCode(client, { code, signer })
  const deployed = await deployContract(client, { codeHash, signer, ...params })
  await waitForCommandKey(client, deployed.contract)
  return contractClient(client, contract, deployed.contract, { signer })
}
