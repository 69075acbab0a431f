/** Validation for the pool: threads do it, and this one what they cannot. */
import { CODE_KEY } from '@pha/runtime/frame'
import type { HeldSignatures } from '../signatures/index.ts'
import {
  type StateToAsk,
  type Validated,
  type ValidatedState,
  type ValidationThreads,
  validate,
  validateHere,
} from '../validation/index.ts'
import type { Chain } from './chain.ts'
import { NodeError } from './node-error.ts'

/** The newest state, for those threads. */
export function newestState(chain: Chain): ValidatedState {
  return {
    code: () => {
      const code = chain.trieAt().get(CODE_KEY)
      if (code === undefined) throw new NodeError('node.no-runtime', 'the state has no :code', 'make the chain anew')
      return code
    },
    head: () => ({ hash: chain.head.hash, number: chain.head.block.header.number }),
    get: (key) => chain.trieAt().get(key),
  }
}

/** What the runtime says of an extrinsic at the newest state; signatures that hold are noted. */
export function validation(
  chain: Chain,
  held: HeldSignatures,
  threads: ValidationThreads,
): (extrinsic: Uint8Array) => Promise<Validated> {
  const height = (): number => chain.head.block.header.number
  const here = validateHere({
    validate: (extrinsic) => {
      const { hash } = chain.head
      const state: StateToAsk = {
        blockHash: hash,
        call: (method, input, verify) => chain.stateAt(hash, verify).call(method, input),
      }
      return validate(state, held, extrinsic)
    },
    checkSignature: async (check) => {
      const verdict = await threads.check(check)
      if (verdict === 'holds') held.note(check)
      return verdict
    },
    height,
  })
  return async (extrinsic) => {
    const validated = await threads.validate(extrinsic)
    if (validated === 'busy') return { validity: 'busy', height: height() }
    if (validated === undefined) return here(extrinsic)
    for (const name of validated.held) held.noteNamed(name)
    return validated
  }
}
