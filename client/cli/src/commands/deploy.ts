/** `pha deploy`: builds, publishes and deploys a contract, and waits until its replicas have agreed on a command key. */

import { encodeCall } from '@pha/contract'
import { buildContract } from '@pha/contract/build'
import { toHex } from '@pha/core/codec'
import {
  type Client,
  deployContract,
  getContract,
  getStatus,
  type Signer,
  uploadCode,
  waitForCommandKey,
} from '@pha/sdk'
import { rememberDeployment } from '../deployments.ts'
import { fieldsFromJson, type Json } from '../json-values.ts'
import type { Output } from '../output.ts'
import { loadContract } from './build.ts'

export interface DeployParams {
  readonly source: string
  readonly init: Json
  readonly replicas: number
  readonly signer: Signer
}

export async function deploy(client: Client, { source, init, replicas, signer }: DeployParams, output: Output) {
  const declared = await loadContract(source)
  const { code, codeHash } = await buildContract(source)
  output.progress(`code     ${toHex(codeHash)}  ${code.length} bytes`)
  await uploadCode(client, { code, signer })

  const declaredInit = declared.interface.init
  const input =
    declaredInit === undefined
      ? new Uint8Array()
      : encodeCall('init', declaredInit.args, fieldsFromJson(declaredInit.args, init, 'init'))
  const { contract } = await deployContract(client, { codeHash, policy: { replicas }, init: input, signer })
  output.progress(`contract ${toHex(contract)}  waiting for its replicas to agree on a key`)
  await waitForCommandKey(client, contract)

  const { genesisHash } = await getStatus(client)
  await rememberDeployment({ contract: toHex(contract), genesisHash, source })
  const { policy, replicas: chosen } = await getContract(client, contract)
  return {
    contract: toHex(contract),
    codeHash: toHex(codeHash),
    replicas: chosen.map((identity) => toHex(identity)),
    upgrade: policy.upgrade.type,
    noticeBlocks: policy.noticeBlocks,
  }
}
