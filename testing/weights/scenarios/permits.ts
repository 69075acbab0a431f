/** Permits that are taken back: the list of an account is read and written whole. */
import { permits } from '@pha/runtime/pallets'
import type { TestChain } from '@pha/runtime/testkit'
import { alice, bob, chainOfFriends, idOf, put, type Scenarios, succeed } from '../scenario.ts'

const { revoke, revokeAll, release } = permits.calls
const { revocations } = permits.storage
const FAR = 100_000
const LONG_LIST = 'as many single permits as there may be'

/** Alice has taken back so many permits. */
function withRevoked(count: number): TestChain {
  const chain = chainOfFriends()
  for (let n = 0; n < count; n++) succeed(chain, [alice, oneOf(n)])
  return chain
}

function oneOf(n: number): Uint8Array {
  return revoke.encode({ permit: new Uint8Array(32).fill(n), expiresAtBlock: FAR })
}

const most = permits.constants.maxRevoked.value

export const permitsScenarios: Scenarios<typeof permits> = {
  revoke: {
    worst: LONG_LIST,
    prepare: () => ({ chain: withRevoked(most - 1), sender: alice, call: oneOf(most) }),
  },
  revokeAll: {
    worst: LONG_LIST,
    prepare: () => ({ chain: withRevoked(most), sender: alice, call: revokeAll.encode({ issuedBefore: 2 }) }),
  },
  release: {
    worst: 'of another account, as many single permits as there may be, and all have ended',
    prepare() {
      const chain = withRevoked(most)
      const listed = chain.read(revocations, alice.accountId)
      const ended = listed.permits.map((one) => ({ ...one, expiresAtBlock: 1 }))
      put(chain, revocations, alice.accountId, { ...listed, permits: ended })
      return { chain, sender: bob, call: release.encode({ account: idOf(alice) }) }
    },
  },
}
