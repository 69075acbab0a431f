/** Consensus: whose signature makes a block final. Light clients read it by proof at genesis. */
import { t } from '@pha/core/schema'
import { pallet, value } from '../../frame/declare.ts'

export const consensus = pallet({
  name: 'Consensus',
  index: 4,
  docs: 'The authority of the solo engine.',
  genesis: { authority: t.bytes32 },
  storage: {
    authority: value(t.bytes32, 'ed25519 public key that signs finalised headers.'),
  },
})
