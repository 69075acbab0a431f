import { equalBytes } from '@pha/core/codec'
import { type ContractPolicy, contracts } from '@pha/runtime/pallets'
import type { CallOptions } from '../call-options.ts'
import type { Client } from '../client.ts'
import { PhaError } from '../errors.ts'
import type { Signer } from '../signer.ts'
import { sendCall } from './send-call.ts'

export interface DeployContractParams {
  /** Of code that was published with `uploadCode`. */
  readonly codeHash: Uint8Array
  /** Differences from `DEFAULT_POLICY`. */
  readonly policy?: Partial<ContractPolicy>
  /** Arguments of the constructor, public: `encodeInit(Contract, args)`. None if the contract has no constructor. */
  readonly init?: Uint8Array
  readonly signer: Signer
}

export interface DeployedContract {
  readonly contract: Uint8Array
  /** Identities of the workers that the chain chose. */
  readonly replicas: readonly Uint8Array[]
  readonly block: number
}

/** Three replicas, so that one may lie or be lost; nobody may change the code. */
export const DEFAULT_POLICY: ContractPolicy = {
  replicas: 3,
  vendors: 1,
  worstLevel: 5,
  upgrade: { type: 'Nobody' },
  noticeBlocks: 0,
  egress: [],
  // Half a second to one of one core in one message: 200 times a question over a study of 54 rows.
  maxGas: 5_000_000_000n,
}

/**
 * Deploys a contract. It can be used once its replicas have agreed on the command key (`waitForCommandKey`).
 *
 * @throws PhaError as `sendCall`; `dispatchError` may be `Contracts.CodeUnknown`, `.PolicyInvalid`, `.NotEnoughWorkers`
 * @example
 * const { contract } = await deployContract(client, { codeHash, init: encodeInit(Counter, { from: 1n }), signer: alice })
 */
export async function deployContract(
  client: Client,
  { codeHash, policy, init = new Uint8Array(), signer }: DeployContractParams,
  options: CallOptions = {},
): Promise<DeployedContract> {
  const call = contracts.calls.deploy.encode({
    codeHash,
    executor: { type: 'Js' },
    policy: { ...DEFAULT_POLICY, ...policy },
    init,
  })
  const { events, block } = await sendCall(client, { call, signer }, options)
  for (const event of events) {
    if (event.type !== 'Contracts' || event.value.type !== 'Deployed') continue
    const { contract, replicas, deployer } = event.value.value
    if (equalBytes(deployer, signer.accountId)) return { contract, replicas, block: block.number }
  }
  throw new PhaError('sdk.wrong-version', 'the chain deployed a contract without saying which')
}
