/** System: accounts and block numbers for other pallets; the life of a block for the executive. */
import { blake2b256 } from '@pha/core/crypto'
import { implement } from '../../frame/implement.ts'
import { blockLifecycle } from './block.ts'
import { type AccountInfo, system } from './schema.ts'
import { upgradeCalls } from './upgrade.ts'
import { RUNTIME_VERSION } from './version.ts'

export const systemLogic = implement(system, {}, (context) => {
  const { storage, events } = context
  return {
    calls: {
      ...upgradeCalls(context),
      remark() {},
      remarkWithEvent({ who }, { remark }) {
        events.Remarked({ sender: who, hash: blake2b256(remark) })
      },
    },

    genesis() {
      const { specName, specVersion } = RUNTIME_VERSION
      storage.lastRuntimeUpgrade.set({ specName, specVersion })
    },

    exposes: {
      ...blockLifecycle(context),

      /** The block that is being made. */
      blockNumber: (): number => storage.number.get(),
      /** Index of the extrinsic that is applied now; 0 before the first. */
      extrinsicIndex: (): number => Math.max(0, (storage.extrinsicCount.get() ?? 0) - 1),
      parentHash: (): Uint8Array => storage.parentHash.get(),
      /** Hash of one of the newest `blockHashCount` blocks, or of block 0. */
      blockHash: (number: number): Uint8Array | undefined =>
        storage.blockHash.has(number) ? storage.blockHash.get(number) : undefined,
      genesisHash: (): Uint8Array => storage.blockHash.get(0),

      account: (who: Uint8Array): AccountInfo => storage.account.get(who),
      accounts: (): Generator<readonly [who: Uint8Array, info: AccountInfo], void, undefined> =>
        storage.account.entries(),

      /** Writes an account; it comes into being with its first provider, and `undefined` removes it. */
      putAccount(who: Uint8Array, before: AccountInfo, after: AccountInfo | undefined): void {
        if (after === undefined) {
          storage.account.remove(who)
          if (before.providers > 0) events.KilledAccount({ account: who })
          return
        }
        storage.account.set(who, after)
        if (before.providers === 0 && after.providers > 0) events.NewAccount({ account: who })
      },
    },
  }
})
