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
const rotating = nameStorageItem('Gatekeepers', 'rotating', value(t.bool, 'Of version 1.', false))

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

    /** Version 2 knows when a rotation of the root was wanted, and how it went on: of one that goes on, from now. */
    2() {
      const isWanted = env.formerItem(rotating).get()
      env.formerItem(rotating).remove()
      const { root } = storage.group.get() ?? {}
      const former = storage.formerGroup.get()
      if (root === undefined) return
      const wantedAt = deps.system.blockNumber()
      const unfinished = { wantedAt, retiredAt: undefined }
      if (isWanted) storage.rotation.set({ from: root, to: root + 1, since: undefined, ...unfinished })
      else if (former !== undefined)
        storage.rotation.set({ from: former.root, to: root, since: wantedAt, ...unfinished })
    },
  }
}
