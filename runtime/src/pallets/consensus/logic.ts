/** Consensus: the authority is named at genesis. */
import { implement } from '../../frame/implement.ts'
import { consensus } from './schema.ts'

export const consensusLogic = implement(consensus, {}, ({ storage }) => ({
  calls: {},
  genesis({ authority }) {
    storage.authority.set(authority)
  },
}))
