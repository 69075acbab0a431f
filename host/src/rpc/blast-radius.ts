/** `pha_blastRadius`: the runtime's `KeysApi_blast_radius` as JSON, for people and dashboards. */
import { toHex } from '@pha/core/codec'
import { TEE_NAMES } from '@pha/core/protocol'
import { BlastQuestion, BlastRadius, type Broken } from '@pha/runtime/pallets'
import type { RpcMethod } from './method.ts'
import type { Params } from './params.ts'
import { RpcError } from './rpc-error.ts'
import { runtimeCall } from './runtime-call.ts'

/**
 * What is open to whoever breaks an enclave (`enclave`, identity), all of a kind of TEE (`vendor`, its name), a person with a
 * recovery share (`custodian`, account) or as many gatekeepers as release together (`threshold`), at the newest block. The third parameter is the `next` of the page before.
 */
export const pha_blastRadius: RpcMethod = (params, { chain }) => {
  const input = BlastQuestion.encode({ broken: broken(params), after: params.optionalHash(2) })
  const answer = runtimeCall(chain, 'KeysApi_blast_radius', input)
  const { shares, hasRoot, contracts, next } = BlastRadius.decode(answer)
  return {
    shares: shares.map(({ holders, ...share }) => ({ holders: holders.type, ...share })),
    hasRoot,
    contracts: contracts.map(({ contract, epochs, closed, uncounted, deltas }) => ({
      contract: toHex(contract),
      epochs: epochs.map(({ epoch, standing, sealed }) => ({ epoch, standing: standing.type, ...inJson(sealed) })),
      closed: inJson(closed),
      uncounted: String(uncounted),
      deltas,
    })),
    next: next === undefined ? null : toHex(next),
  }
}

function broken(params: Params): Broken {
  const kind = params.text(0)
  switch (kind) {
    case 'enclave':
      return { type: 'Enclave', value: params.hash(1) }
    case 'custodian':
      return { type: 'Custodian', value: params.account(1) }
    case 'threshold':
      return { type: 'Threshold' }
    case 'vendor': {
      const name = params.text(1)
      const tee = TEE_NAMES.find((known) => known === name)
      if (tee !== undefined) return { type: 'Vendor', value: { type: tee } }
      throw new RpcError('rpc.bad-params', `parameter 1: one of ${TEE_NAMES.join(', ')} expected`)
    }
    default:
      throw new RpcError('rpc.bad-params', 'parameter 0: enclave, vendor, custodian or threshold expected')
  }
}

/** JSON numbers lose digits above 2^53. */
function inJson({ commands, bytes }: { readonly commands: bigint; readonly bytes: bigint }) {
  return { commands: String(commands), bytes: String(bytes) }
}
