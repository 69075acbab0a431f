/** `pha send` and `pha query`: methods of a contract by name, arguments and answers as JSON. */
import { writeFile } from 'node:fs/promises'
import { type Contract, encodeCall, type MethodKind } from '@pha/contract'
import { fromHex, type Hex } from '@pha/core/codec'
import { type Asker, type Client, getStatus, makeReceipt, query, runJob, type Signer } from '@pha/sdk'
import { CliError } from '../cli-error.ts'
import { lastDeployment } from '../deployments.ts'
import { fieldsFromJson, type Json, toJson } from '../json-values.ts'
import { loadContract } from './build.ts'

export interface MethodParams {
  readonly method: string
  readonly args: Json
  readonly source: string | undefined
  /** The contract's id; the newest deployment of this folder if absent. */
  readonly contract: string | undefined
}

export interface CallParams extends MethodParams {
  readonly signer: Signer
}

/** Sends a command or job and waits until it is settled; its receipt is written to `receiptFile` if that is given. */
export async function send(client: Client, params: CallParams, receiptFile: string | undefined) {
  const { id, found, input } = await prepare(client, params, ['command', 'job'])
  const { result, reply, sequence, block } = await runJob(client, {
    contract: id,
    input,
    result: found.result,
    signer: params.signer,
  })
  if (receiptFile !== undefined) {
    await writeFile(receiptFile, `${JSON.stringify(await makeReceipt(client, { reply }), undefined, 2)}\n`)
  }
  return { result: toJson(found.result, result) ?? null, sequence, block, ...(receiptFile && { receipt: receiptFile }) }
}

export async function ask(client: Client, params: MethodParams, asker: Asker) {
  const { id, found, input } = await prepare(client, params, ['query'])
  const { output, block } = await query(client, { contract: id, input, ...asker })
  return { result: toJson(found.result, found.result.decode(output)) ?? null, block }
}

async function prepare(client: Client, params: MethodParams, kinds: readonly MethodKind[]) {
  const deployment =
    params.contract === undefined ? await lastDeployment((await getStatus(client)).genesisHash) : undefined
  const contract = await loadContract(params.source ?? deployment?.source ?? 'src/contract.ts')
  const found = findMethod(contract, params.method, kinds)
  const args = fieldsFromJson(found.args, params.args, params.method)
  const id = fromHex((deployment?.contract ?? params.contract) as Hex)
  if (id.length !== 32) throw new CliError('cli.bad-argument', 'a contract id has 32 bytes', 'copy it from pha deploy')
  return { id, found, input: encodeCall(params.method, found.args, args) }
}

function findMethod(contract: Contract, name: string, kinds: readonly MethodKind[]) {
  const method = contract.method(name)
  if (method !== undefined && kinds.includes(method.kind)) return method
  const face = contract.interface
  const known = kinds.includes('query') ? [face.queries] : [face.commands, face.jobs]
  const names = known.flatMap((group) => Object.keys(group ?? {}))
  throw new CliError(
    'cli.no-method',
    `${contract.name} has no ${kinds.join(' or ')} ${name}`,
    `one of: ${names.join(', ')}`,
  )
}
