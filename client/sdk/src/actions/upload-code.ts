import { blake2b256 } from '@pha/core/crypto'
import { contracts } from '@pha/runtime/pallets'
import type { CallOptions } from '../call-options.ts'
import type { Client } from '../client.ts'
import { PhaError } from '../errors.ts'
import type { Signer } from '../signer.ts'
import { readStorage } from './read-storage.ts'
import { sendCall } from './send-call.ts'

export interface UploadCodeParams {
  /** Bundle of a contract, as `buildContract` of `@pha/contract/build` gives it. */
  readonly code: Uint8Array
  readonly signer: Signer
}

export interface UploadedCode {
  /** H(code): what contracts and receipts name. */
  readonly codeHash: Uint8Array
  /** `false` if this code was public before. */
  readonly published: boolean
}

/**
 * Publishes contract code. Code that is public already is not an error and costs nothing.
 *
 * @throws PhaError as `sendCall`
 * @example
 * const { codeHash } = await uploadCode(client, { code, signer: alice })
 */
export async function uploadCode(
  client: Client,
  { code, signer }: UploadCodeParams,
  options: CallOptions = {},
): Promise<UploadedCode> {
  const codeHash = blake2b256(code)
  if ((await readStorage(client, contracts.storage.codes, [codeHash], options)) !== undefined) {
    return { codeHash, published: false }
  }
  try {
    await sendCall(client, { call: contracts.calls.uploadCode.encode({ code }), signer }, options)
    return { codeHash, published: true }
  } catch (error) {
    // Someone else was faster.
    if (error instanceof PhaError && error.dispatchError?.error === 'CodeExists') return { codeHash, published: false }
    throw error
  }
}
