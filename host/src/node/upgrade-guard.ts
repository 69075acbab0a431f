/**
 * Lets a new runtime into a block only if this node saw it make the next one (`runtime/rehearse.ts`). A refused code is
 * remembered for some blocks, so that nobody can hold the chain up by sending it again.
 */
import { toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { Header, headerHash } from '@pha/core/protocol'
import { InherentData } from '@pha/runtime/interface'
import type { BlockTime } from '../consensus/index.ts'
import { rehearsalLimits } from '../runtime/limits.ts'
import { type RehearsalLimits, rehearse } from '../runtime/rehearse.ts'
import type { BlockState } from './block-state.ts'

export interface UpgradeGuardComponents {
  readonly onRefused: (refused: { readonly codeHash: string; readonly height: number; readonly reason: string }) => void
  readonly limits?: RehearsalLimits
}

export class UpgradeGuard {
  readonly #onRefused: UpgradeGuardComponents['onRefused']
  readonly #limits: RehearsalLimits
  /** By hash of the code, the height up to which it is refused unseen. */
  readonly #refused = new Map<string, number>()

  constructor({ onRefused, limits = rehearsalLimits }: UpgradeGuardComponents) {
    this.#onRefused = onRefused
    this.#limits = limits
  }

  /**
   * Whether the code that `state` brings may be in a block. Asked after the extrinsic that wrote it, which must be the last:
   * the rehearsal starts from the very state that the block will leave.
   */
  allows(state: BlockState, { height, timeMs }: BlockTime): boolean {
    const code = state.newCode
    if (code === undefined) return true
    const codeHash = toHex(blake2b256(code))
    const until = this.#refused.get(codeHash)
    if (until !== undefined && height <= until) return false
    const after = state.fork()
    const closed = Header.decode(after.call('BlockBuilder_finalize_block', new Uint8Array()))
    const next: Header = { ...closed, number: height + 1, parentHash: headerHash(closed), digest: { logs: [] } }
    const inherentData = InherentData.encode({ timestampMs: BigInt(timeMs) + 1n })
    const result = rehearse({ code, state: after, header: Header.encode(next), inherentData }, this.#limits)
    if (result.ok) return true
    this.#remember(codeHash, height + rehearsalLimits.rememberedBlocks)
    this.#onRefused({ codeHash, height, reason: result.reason })
    return false
  }

  #remember(codeHash: string, until: number): void {
    this.#refused.delete(codeHash)
    this.#refused.set(codeHash, until)
    const [oldest] = this.#refused.keys()
    if (this.#refused.size > rehearsalLimits.remembered && oldest !== undefined) this.#refused.delete(oldest)
  }
}
