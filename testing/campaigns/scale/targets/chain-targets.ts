/** Extrinsics and runtime calls: what anyone can hand to a node over RPC. */
import { concatBytes } from '@pha/core/codec'
import { Evidence, MultiSignature, Registration } from '@pha/core/protocol'
import { type Type, t, tryDecode } from '@pha/core/schema'
import { decodeExtrinsic, encodeExtrinsic, MemoryHost, runtime, TransactionSource } from '@pha/runtime/chain'
import { RuntimeError } from '@pha/runtime/frame'
import { BlastQuestion, MultiAddress, RuntimeCall } from '@pha/runtime/pallets'
import type { Random } from '../random.ts'
import { compactBytes, type Sample, sampleOf } from '../sample.ts'
import { refusedWith, sameBytes, type Target } from '../target.ts'

export function chainTargets(): Target[] {
  const hash = t.bytes32
  return [
    extrinsic(),
    runtimeMethod('TaggedTransactionQueue_validate_transaction', 0.02, [TransactionSource, 'extrinsic', hash]),
    runtimeMethod('TransactionPaymentApi_query_info', 0.1, ['extrinsic', t.u32]),
    runtimeMethod('TransactionPaymentApi_query_fee_details', 0.1, ['extrinsic', t.u32]),
    runtimeMethod('TransactionPaymentApi_query_weight_to_fee', 0.1, [t.compact(t.u64), t.compact(t.u64)]),
    runtimeMethod('TransactionPaymentApi_query_length_to_fee', 0.1, [t.u32]),
    runtimeMethod('RegistryApi_judge', 0.1, [Registration, Evidence]),
    runtimeMethod('KeysApi_blast_radius', 0.1, [BlastQuestion]),
    runtimeMethod('KeysApi_root_rotation', 0.1, []),
    runtimeMethod('AccountNonceApi_account_nonce', 0.1, [t.accountId]),
  ]
}

const VERSION_4 = 4
/** Bare extrinsics of version 5 are read as those of version 4. */
const BARE_VERSION_5 = 5

function extrinsic(): Target {
  return {
    name: 'chain.extrinsic',
    share: 1,
    sample: extrinsicSample,
    offer(input) {
      const decoded = decodeExtrinsic(input)
      if (!decoded.ok) return refusedWith(decoded.reason, decoded.reason.startsWith('codec.') ? 'codec.' : 'extrinsic.')
      const call = tryDecode<unknown>(RuntimeCall, decoded.value.call)
      if (call.ok) sameBytes((RuntimeCall as Type<unknown>).encode(call.value), decoded.value.call)
      const body = t.bytes.decode(input)
      if (body[0] === BARE_VERSION_5) body[0] = VERSION_4
      return sameBytes(encodeExtrinsic(decoded.value), t.bytes.encode(body))
    },
  }
}

/** A signed extrinsic, put together from its specification: version, address, signature, era, nonce, tip, mode, call. */
function extrinsicSample(random: Random): Sample {
  const era = random.oneIn(2) ? Uint8Array.of(0) : Uint8Array.of(1 + random.below(255), random.below(256))
  const parts = [
    Uint8Array.of(0x80 | VERSION_4),
    sampleOf(MultiAddress, random).bytes,
    sampleOf(MultiSignature, random).bytes,
    era,
    compactBytes(BigInt(random.below(100_000))),
    compactBytes(BigInt(random.below(2 ** 32))),
    Uint8Array.of(random.below(2)),
  ]
  const head = concatBytes(...parts)
  const body = concatBytes(random.oneIn(8) ? Uint8Array.of(VERSION_4) : head, sampleOf(RuntimeCall, random).bytes)
  const length = compactBytes(BigInt(body.length))
  return {
    bytes: concatBytes(length, body),
    marks: [0, length.length, length.length + 1, length.length + head.length - 2, length.length + head.length],
  }
}

/**
 * A method that `state_call` offers to everyone: an answer, or `runtime.bad-input`. Anything else, `runtime.fault`
 * included, would be a bug that a stranger can reach. Signatures are checked, which takes a millisecond.
 */
function runtimeMethod(method: string, share: number, inputs: readonly (Type<unknown> | 'extrinsic')[]): Target {
  const host = new MemoryHost()
  return {
    name: `runtime.${method}`,
    share,
    sample(random) {
      const parts = inputs.map((of) => (of === 'extrinsic' ? extrinsicSample(random) : sampleOf(of, random)))
      const offsets = parts.map((_, i) => parts.slice(0, i).reduce((sum, { bytes }) => sum + bytes.length, 0))
      return {
        bytes: concatBytes(...parts.map(({ bytes }) => bytes)),
        marks: parts.flatMap(({ marks }, i) => marks.map((mark) => mark + (offsets[i] as number))),
      }
    },
    offer(input) {
      try {
        host.call(runtime, method, input)
        return 'accepted'
      } catch (error) {
        if (error instanceof RuntimeError && error.code === 'runtime.bad-input') return 'refused'
        throw error
      }
    },
  }
}
