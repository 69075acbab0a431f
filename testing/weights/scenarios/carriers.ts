/** Calls that carry calls: sudo, utility, proxy, multisig. What the calls inside cost is counted with those. */
import { compareBytes } from '@pha/core/codec'
import { blake2b256, type Keypair } from '@pha/core/crypto'
import { balances, multisig, PHA, proxy, RuntimeCall, sudo, system, utility } from '@pha/runtime/pallets'
import { derivativeAccount, type TestChain } from '@pha/runtime/testkit'
import {
  alice,
  bob,
  chainOfFriends,
  idOf,
  others,
  type Prepared,
  put,
  type Scenario,
  type Scenarios,
  succeed,
  transfer,
} from '../scenario.ts'

const call = RuntimeCall.decode(transfer())
const remark = RuntimeCall.decode(system.calls.remark.encode({ remark: new Uint8Array() }))
const weight = { refTime: 0n, proofSize: 0n }

const byAlice = (encoded: Uint8Array): Prepared => ({ chain: chainOfFriends(), sender: alice, call: encoded })
const asRoot = (inner: Uint8Array): Prepared => byAlice(sudo.calls.sudo.encode({ call: RuntimeCall.decode(inner) }))

export const sudoScenarios: Scenarios<typeof sudo> = {
  sudo: { worst: 'any call', prepare: () => byAlice(sudo.calls.sudo.encode({ call: remark })) },
  sudoUncheckedWeight: {
    worst: 'any call',
    prepare: () => byAlice(sudo.calls.sudoUncheckedWeight.encode({ call: remark, weight })),
  },
  setKey: { worst: 'to anybody', prepare: () => byAlice(sudo.calls.setKey.encode({ new: idOf(bob) })) },
  sudoAs: {
    worst: 'a call that writes the account it is made for',
    prepare: () => byAlice(sudo.calls.sudoAs.encode({ who: idOf(bob), call })),
  },
  removeKey: { worst: 'always the same', prepare: () => byAlice(sudo.calls.removeKey.encode({})) },
}

const CALLS = { of: 'call inside', most: 1_000 }
const many = (units: number) => ({ calls: Array.from({ length: units }, () => remark) })

export const utilityScenarios: Scenarios<typeof utility> = {
  batch: {
    worst: 'as many calls as allowed',
    units: CALLS,
    prepare: (units) => byAlice(utility.calls.batch.encode(many(units))),
  },
  batchAll: {
    worst: 'as many calls as allowed',
    units: CALLS,
    prepare: (units) => byAlice(utility.calls.batchAll.encode(many(units))),
  },
  forceBatch: {
    worst: 'as many calls as allowed',
    units: CALLS,
    prepare: (units) => byAlice(utility.calls.forceBatch.encode(many(units))),
  },
  asDerivative: {
    worst: 'a call that writes the account it is made for',
    prepare() {
      const chain = chainOfFriends()
      chain.fund(alice, derivativeAccount(alice.accountId, 0), 10n * PHA)
      return { chain, sender: alice, call: utility.calls.asDerivative.encode({ index: 0, call }) }
    },
  },
  dispatchAs: {
    worst: 'a call that writes the account it is made for',
    prepare: () =>
      asRoot(
        utility.calls.dispatchAs.encode({
          asOrigin: { type: 'system', value: { type: 'Signed', value: bob.accountId } },
          call,
        }),
      ),
  },
  ifElse: {
    worst: 'the first call fails',
    prepare() {
      // A transfer of more than there is touches the same entries as one that succeeds, or fewer.
      const main = RuntimeCall.decode(
        balances.calls.transferKeepAlive.encode({ dest: idOf(bob), value: 10n ** 9n * PHA }),
      )
      return byAlice(utility.calls.ifElse.encode({ main, fallback: call }))
    },
  },
  dispatchAsFallible: {
    worst: 'a call that writes the account it is made for',
    prepare: () =>
      asRoot(
        utility.calls.dispatchAsFallible.encode({
          asOrigin: { type: 'system', value: { type: 'Signed', value: bob.accountId } },
          call,
        }),
      ),
  },
  withWeight: { worst: 'any call', prepare: () => asRoot(utility.calls.withWeight.encode({ call: remark, weight })) },
}

const delegate = (of: Keypair) => ({ delegate: idOf(of), proxyType: { type: 'Any' }, delay: 0 }) as const
const { addProxy } = proxy.calls

/** Bob with as many delegates as there may be but `free`, Alice among them. */
function delegators(free = 0): TestChain {
  const chain = chainOfFriends()
  const most = proxy.constants.maxProxies.value - free
  const delegates = [alice, ...others.slice(10)].slice(0, most)
  for (const one of delegates) succeed(chain, [bob, addProxy.encode(delegate(one))])
  return chain
}

const hashOf = (text: string): Uint8Array => blake2b256(new TextEncoder().encode(text))
const CALL_HASH = blake2b256(transfer())

/** Alice, a delegate of Bob, has announced as much as she may but `free`, the call of these scenarios among it. */
function announcers(free = 0): TestChain {
  const chain = delegators()
  const { announce } = proxy.calls
  const hashes = Array.from({ length: proxy.constants.maxPending.value - 1 - free }, (_, i) => hashOf(`call ${i}`))
  for (const callHash of [...hashes, CALL_HASH]) succeed(chain, [alice, announce.encode({ real: idOf(bob), callHash })])
  return chain
}

const LONG_LIST = {
  worst: 'as many delegates as there may be',
  // The delegates of a pure account: the deposit is its spawner's.
  atLeast: { reads: 3, writes: 3 },
} satisfies Partial<Scenario>
const LONG_QUEUE = {
  worst: 'as many announcements as there may be',
  // Made by a delegate for somebody else, whose deposit it is.
  atLeast: { reads: 3, writes: 3 },
} satisfies Partial<Scenario>

/** A pure account of Bob, who acts as it; as the extrinsic that comes first in its block. */
function pureKiller(): Prepared {
  const chain = chainOfFriends()
  succeed(chain, [bob, proxy.calls.createPure.encode({ proxyType: { type: 'Any' }, delay: 0, index: 0 })])
  const [event] = chain.events('Proxy', 'PureCreated') as [{ pure: Uint8Array; at: number; extrinsicIndex: number }]
  const { pure, at, extrinsicIndex } = event
  const kill = proxy.calls.killPure.encode({
    spawner: idOf(bob),
    proxyType: { type: 'Any' },
    index: 0,
    height: at,
    extIndex: extrinsicIndex,
  })
  chain.fund(alice, pure, PHA)
  const real = { type: 'Id', value: pure } as const
  const wrapped = proxy.calls.proxy.encode({ real, forceProxyType: undefined, call: RuntimeCall.decode(kill) })
  return { chain, sender: bob, call: wrapped }
}

export const proxyScenarios: Scenarios<typeof proxy> = {
  proxy: {
    ...LONG_LIST,
    prepare: () => ({
      chain: delegators(),
      sender: alice,
      call: proxy.calls.proxy.encode({ real: idOf(bob), forceProxyType: undefined, call }),
    }),
  },
  addProxy: {
    ...LONG_LIST,
    prepare: () => ({ chain: delegators(1), sender: bob, call: addProxy.encode(delegate(others[99] ?? bob)) }),
  },
  removeProxy: {
    ...LONG_LIST,
    prepare: () => ({ chain: delegators(), sender: bob, call: proxy.calls.removeProxy.encode(delegate(alice)) }),
  },
  removeProxies: {
    ...LONG_LIST,
    prepare: () => ({ chain: delegators(), sender: bob, call: proxy.calls.removeProxies.encode({}) }),
  },
  createPure: {
    worst: 'always the same',
    atLeast: { reads: 3, writes: 3 },
    prepare: () => ({
      chain: chainOfFriends(),
      sender: bob,
      call: proxy.calls.createPure.encode({ proxyType: { type: 'Any' }, delay: 0, index: 0 }),
    }),
  },
  killPure: { worst: 'made through its delegate', atLeast: { reads: 3, writes: 3 }, prepare: pureKiller },
  announce: {
    ...LONG_QUEUE,
    prepare: () => ({
      chain: announcers(1),
      sender: alice,
      call: proxy.calls.announce.encode({ real: idOf(bob), callHash: hashOf('last') }),
    }),
  },
  removeAnnouncement: {
    ...LONG_QUEUE,
    prepare: () => ({
      chain: announcers(),
      sender: alice,
      call: proxy.calls.removeAnnouncement.encode({ real: idOf(bob), callHash: CALL_HASH }),
    }),
  },
  rejectAnnouncement: {
    ...LONG_QUEUE,
    prepare: () => ({
      chain: announcers(),
      sender: bob,
      call: proxy.calls.rejectAnnouncement.encode({ delegate: idOf(alice), callHash: CALL_HASH }),
    }),
  },
  proxyAnnounced: {
    worst: 'as many delegates and announcements as there may be, sent by a third',
    prepare: () => ({
      chain: announcers(),
      sender: others[0],
      call: proxy.calls.proxyAnnounced.encode({
        delegate: idOf(alice),
        real: idOf(bob),
        forceProxyType: undefined,
        call,
      }),
    }),
  },
}

const SIGNATORIES = { of: 'other signatory', most: multisig.constants.maxSignatories.value - 1 }
const { asMulti, asMultiThreshold1, approveAsMulti, cancelAsMulti } = multisig.calls

const companions = (units: number): Keypair[] =>
  [bob, ...others].slice(0, Math.max(1, units)).sort((one, other) => compareBytes(one.accountId, other.accountId))

const group = (units: number, self: Keypair) => {
  const all = [alice, ...companions(units)].sort((one, other) => compareBytes(one.accountId, other.accountId))
  return {
    threshold: all.length,
    otherSignatories: all.map(({ accountId }) => accountId).filter((one) => compareBytes(one, self.accountId) !== 0),
  }
}

/** Begun by Bob, approved by all but Alice, whose approval is the last. */
function nearlyAgreed(units: number): {
  readonly chain: TestChain
  readonly timepoint: { height: number; index: number }
} {
  const chain = chainOfFriends()
  const maxWeight = { refTime: 10n ** 10n, proofSize: 0n }
  succeed(chain, [
    bob,
    approveAsMulti.encode({ ...group(units, bob), maybeTimepoint: undefined, callHash: CALL_HASH, maxWeight }),
  ])
  const [begun] = chain.events('Multisig', 'NewMultisig') as [{ multisig: Uint8Array }]
  const operation = chain.read(multisig.storage.multisigs, begun.multisig, CALL_HASH)
  if (operation === undefined) throw new Error('the operation has not begun')
  const approvals = companions(units).map(({ accountId }) => accountId)
  put(chain, multisig.storage.multisigs, begun.multisig, CALL_HASH, { ...operation, approvals })
  chain.fund(alice, begun.multisig, 10n * PHA)
  return { chain, timepoint: operation.when }
}

export const multisigScenarios: Scenarios<typeof multisig> = {
  asMultiThreshold1: {
    worst: 'a call that writes the account it is made for',
    units: SIGNATORIES,
    prepare(units) {
      const chain = chainOfFriends()
      const otherSignatories = companions(units).map(({ accountId }) => accountId)
      succeed(chain, [alice, asMultiThreshold1.encode({ otherSignatories, call: remark })])
      const [made] = chain.events('Multisig', 'MultisigExecuted') as [{ multisig: Uint8Array }]
      chain.fund(alice, made.multisig, 10n * PHA)
      return { chain, sender: alice, call: asMultiThreshold1.encode({ otherSignatories, call }) }
    },
  },
  asMulti: {
    worst: 'the last approval, after which the call is made',
    runs: transfer(),
    units: SIGNATORIES,
    prepare(units) {
      const { chain, timepoint } = nearlyAgreed(units)
      const maxWeight = { refTime: 10n ** 9n, proofSize: 0n }
      const encoded = asMulti.encode({ ...group(units, alice), maybeTimepoint: timepoint, call, maxWeight })
      return { chain, sender: alice, call: encoded }
    },
  },
  approveAsMulti: {
    worst: 'one approval more of many',
    // The first approval is given, and the deposit is another account's.
    atLeast: { reads: 3, writes: 3 },
    units: SIGNATORIES,
    prepare(units) {
      const { chain, timepoint } = nearlyAgreed(units)
      const encoded = approveAsMulti.encode({
        ...group(units, alice),
        maybeTimepoint: timepoint,
        callHash: CALL_HASH,
        maxWeight: weight,
      })
      return { chain, sender: alice, call: encoded }
    },
  },
  cancelAsMulti: {
    worst: 'after many approvals',
    // Given up for another account, whose deposit it was.
    atLeast: { reads: 3, writes: 3 },
    units: SIGNATORIES,
    prepare(units) {
      const { chain, timepoint } = nearlyAgreed(units)
      return {
        chain,
        sender: bob,
        call: cancelAsMulti.encode({ ...group(units, bob), timepoint, callHash: CALL_HASH }),
      }
    },
  },
}
