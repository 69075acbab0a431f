/** How many entries a call reads and writes: exact, and the same on every machine. */
import { Header } from '@pha/core/protocol'
import { type Type, t } from '@pha/core/schema'
import { ApplyExtrinsicResult, InherentData, type MemoryHost, runtime, UncheckedExtrinsic } from '@pha/runtime/chain'
import type { AnyCall } from '@pha/runtime/frame'
import { encodeExtrinsic, RuntimeCall, timestamp } from '@pha/runtime/pallets'
import { outcomeOf, type TestChain } from '@pha/runtime/testkit'
import { CountingHost } from './counting-host.ts'
import { callsInside, ownAccesses } from './declared-accesses.ts'
import type { Prepared } from './scenario.ts'

export interface Counted {
  /** Distinct entries beyond those that every extrinsic touches, hooks at the end of the block included. */
  readonly reads: number
  readonly writes: number
  readonly outcome: string
  /** Every call that was made: this one, or what it is wrapped in, and those inside. */
  readonly calls: readonly AnyCall[]
}

const NOBODY = new Uint8Array(32)

/**
 * Makes the call in a block of its own.
 * @example
 * const { reads, writes } = countAccesses(scenario.prepare(0))
 */
export function countAccesses({ chain, sender, call }: Prepared, runs?: Uint8Array): Counted {
  const host = new CountingHost(chain.host.trie)
  openBlock(chain, host, sender !== undefined)
  const emptied = closingOf(new CountingHost(host.trie), sender !== undefined)
  const extrinsic = sender === undefined ? encodeExtrinsic({ signed: undefined, call }) : chain.sign(sender, call)
  host.takeAccesses()
  const result = ApplyExtrinsicResult.decode(host.call(runtime, 'BlockBuilder_apply_extrinsic', extrinsic))
  const own = ownAccesses(host.takeAccesses(), sender?.accountId ?? NOBODY)
  const closing = closingOf(host, sender !== undefined)
  const decode = (encoded: Uint8Array): AnyCall => (RuntimeCall as Type<AnyCall>).decode(encoded)
  return {
    reads: own.reads + closing.reads - emptied.reads,
    writes: own.writes + closing.writes - emptied.writes,
    outcome: outcomeOf(result),
    calls: [...withInside(decode(call)), ...(runs === undefined ? [] : withInside(decode(runs)))],
  }
}

function withInside(call: AnyCall): AnyCall[] {
  return [call, ...callsInside(call).flatMap(withInside)]
}

/** Begins a block, with the time that its author sets unless the scenario is that. */
export function openBlock(chain: TestChain, host: MemoryHost, withTime: boolean): void {
  const { header, number, hash } = chain
  const next = { ...header, parentHash: hash, number: number + 1, digest: { logs: [] } }
  host.call(runtime, 'Core_initialize_block', Header.encode(next))
  if (!withTime) return
  const timestampMs = chain.read(timestamp.storage.now) + 3_000n
  const inherents = host.call(runtime, 'BlockBuilder_inherent_extrinsics', InherentData.encode({ timestampMs }))
  for (const inherent of t.vec(UncheckedExtrinsic).decode(inherents)) {
    host.call(runtime, 'BlockBuilder_apply_extrinsic', inherent)
  }
}

function closingOf(host: CountingHost, isComplete: boolean): { readonly reads: number; readonly writes: number } {
  // A block without its time cannot be closed; nothing that sets it leaves work for the end.
  if (!isComplete) return { reads: 0, writes: 0 }
  host.takeAccesses()
  host.call(runtime, 'BlockBuilder_finalize_block', new Uint8Array())
  return ownAccesses(host.takeAccesses(), NOBODY)
}
