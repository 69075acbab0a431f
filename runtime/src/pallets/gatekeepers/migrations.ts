/** How gatekeepers of older runtimes are brought up to date. */
import { type Infer, t } from '@pha/core/schema'
import { nameStorageItem } from '../../frame/declare/storage-item.ts'
import { value } from '../../frame/declare.ts'
import type { GatekeepersContext } from './context.ts'
import { Member } from './group-schema.ts'

const FormerGroup = t.struct('GatekeeperGroup', {
  threshold: t.u16,
  publicKey: t.bytes32,
  members: t.boundedVec(Member, 64),
})
const formerGroup = nameStorageItem('Gatekeepers', 'group', value(FormerGroup, 'Of version 0.'))

export function gatekeeperMigrations({ storage, deps, env }: GatekeepersContext): {
  readonly [version: number]: () => void
} {
  return {
    /** Version 1 counts roots and their sharings. A group of before is of one member, and the first of both. */
    1() {
      const group: Infer<typeof FormerGroup> | undefined = env.formerItem(formerGroup).get()
      if (group === undefined) return
      const since = deps.system.blockNumber()
      storage.group.set({ ...group, root: 1, sharing: 1, since, ceremony: 0, dealers: [] })
    },
  }
}
