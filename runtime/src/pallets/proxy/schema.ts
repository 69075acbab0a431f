/** Proxy: accounts that act for other accounts, with all rights or some. Names and layouts are Substrate's. */
import { type Infer, t } from '@pha/core/schema'
import { AnyCall, call, constant, map, pallet } from '../../frame/declare.ts'
import { DispatchResult } from '../../frame/dispatch-error.ts'
import { MultiAddress } from '../../transaction/multi-address.ts'
import { storageDeposit } from '../balances/schema.ts'
import { WEIGHTS } from '../weights.ts'
import { MAX_PENDING, MAX_PROXIES } from './limits.ts'

/** What a delegate may do. Appended, never renumbered: the index is in state and in the address of pure accounts. */
export const ProxyType = t.enum('ProxyType', {
  Any: t.variant(0, null, 'Everything.'),
  NonTransfer: t.variant(1, null, 'Everything but moving tokens.'),
  Contracts: t.variant(2, null, 'Use contracts: deploy, send, replace replicas.'),
  Operator: t.variant(3, null, 'Run enclaves: register, vote, request and release keys.'),
  CancelProxy: t.variant(4, null, 'Reject what other delegates announced.'),
})
export type ProxyType = Infer<typeof ProxyType>

export const ProxyDefinition = t.named(
  ['pallet_proxy', 'ProxyDefinition'],
  t.struct('ProxyDefinition', { delegate: t.accountId, proxyType: ProxyType, delay: t.u32 }),
)
export type ProxyDefinition = Infer<typeof ProxyDefinition>

export const Announcement = t.named(
  ['pallet_proxy', 'Announcement'],
  t.struct('Announcement', { real: t.accountId, callHash: t.hash, height: t.u32 }),
)
export type Announcement = Infer<typeof Announcement>

const carried = (args: { readonly call: AnyCall }) => ({ calls: [args.call] })

export const proxy = pallet({
  name: 'Proxy',
  index: 21,
  docs: 'Accounts that act for other accounts.',
  constants: {
    proxyDepositBase: constant(t.u128, storageDeposit(1, 16), 'One entry and the amount held.'),
    proxyDepositFactor: constant(t.u128, storageDeposit(0, 37), 'Account, type and delay.'),
    maxProxies: constant(t.u32, MAX_PROXIES, 'The list is read whole for each call.'),
    maxPending: constant(t.u32, MAX_PENDING, 'The list is read whole for each announced call.'),
    announcementDepositBase: constant(t.u128, storageDeposit(1, 16), 'One entry and the amount held.'),
    announcementDepositFactor: constant(t.u128, storageDeposit(0, 68), 'Account, hash and block.'),
  },
  storage: {
    proxies: map(
      'Twox64Concat',
      t.accountId,
      t.tuple(t.boundedVec(ProxyDefinition, MAX_PROXIES), t.u128),
      'Delegates of an account in order, and the amount held for them.',
      [[], 0n],
    ),
    announcements: map(
      'Twox64Concat',
      t.accountId,
      t.tuple(t.boundedVec(Announcement, MAX_PENDING), t.u128),
      'What a delegate announced, and the amount held for it.',
      [[], 0n],
    ),
    spawners: map(
      'Twox64Concat',
      t.accountId,
      t.struct('Spawner', { account: t.accountId, deposit: t.u128 }),
      'Who created a pure account, and how much is held of his balance for its delegates.',
    ),
  },
  calls: {
    proxy: call(
      0,
      { real: MultiAddress, forceProxyType: t.option(ProxyType), call: AnyCall },
      'Make a call as an account that the caller is a delegate of.',
      { weight: WEIGHTS.Proxy.proxy, adds: carried },
    ),
    addProxy: call(1, { delegate: MultiAddress, proxyType: ProxyType, delay: t.u32 }, 'Add a delegate.', {
      weight: WEIGHTS.Proxy.addProxy,
    }),
    removeProxy: call(2, { delegate: MultiAddress, proxyType: ProxyType, delay: t.u32 }, 'Remove a delegate.', {
      weight: WEIGHTS.Proxy.removeProxy,
    }),
    removeProxies: call(3, {}, 'Remove all delegates. Access to a pure account is lost.', {
      weight: WEIGHTS.Proxy.removeProxies,
    }),
    createPure: call(
      4,
      { proxyType: ProxyType, delay: t.u32, index: t.u16 },
      'Create an account without a key; the caller is its first delegate.',
      { weight: WEIGHTS.Proxy.createPure },
    ),
    killPure: call(
      5,
      {
        spawner: MultiAddress,
        proxyType: ProxyType,
        index: t.u16,
        height: t.compact(t.u32),
        extIndex: t.compact(t.u32),
      },
      'Give up a pure account, made as that account. Access to it and to its balance is lost.',
      { weight: WEIGHTS.Proxy.killPure },
    ),
    announce: call(6, { real: MultiAddress, callHash: t.hash }, 'Announce a call that will be made later.', {
      weight: WEIGHTS.Proxy.announce,
    }),
    removeAnnouncement: call(7, { real: MultiAddress, callHash: t.hash }, 'Withdraw an announcement of the caller.', {
      weight: WEIGHTS.Proxy.removeAnnouncement,
    }),
    rejectAnnouncement: call(
      8,
      { delegate: MultiAddress, callHash: t.hash },
      'Refuse what a delegate of the caller announced.',
      { weight: WEIGHTS.Proxy.rejectAnnouncement },
    ),
    proxyAnnounced: call(
      9,
      { delegate: MultiAddress, real: MultiAddress, forceProxyType: t.option(ProxyType), call: AnyCall },
      'Make a call that was announced long enough ago. Anyone may send it.',
      { weight: WEIGHTS.Proxy.proxyAnnounced, adds: carried },
    ),
  },
  events: {
    ProxyExecuted: [{ result: DispatchResult }, 'A call was made for another account.'],
    PureCreated: [
      {
        pure: t.accountId,
        who: t.accountId,
        proxyType: ProxyType,
        disambiguationIndex: t.u16,
        at: t.u32,
        extrinsicIndex: t.u32,
      },
      'An account without a key was created.',
    ],
    PureKilled: [
      { pure: t.accountId, spawner: t.accountId, proxyType: ProxyType, disambiguationIndex: t.u16 },
      'An account without a key was given up.',
    ],
    Announced: [{ real: t.accountId, proxy: t.accountId, callHash: t.hash }, 'A call was announced.'],
    ProxyAdded: [
      { delegator: t.accountId, delegatee: t.accountId, proxyType: ProxyType, delay: t.u32 },
      'A delegate was added.',
    ],
    ProxyRemoved: [
      { delegator: t.accountId, delegatee: t.accountId, proxyType: ProxyType, delay: t.u32 },
      'A delegate was removed.',
    ],
  },
  errors: {
    TooMany: 'too many delegates or announcements',
    NotFound: 'no such delegate or announcement',
    NotProxy: 'the caller is not a delegate of the account',
    Unproxyable: 'the call cannot be made by a delegate of this type',
    Duplicate: 'the account is a delegate already',
    NoPermission: 'the call would give the delegate more rights than it has',
    Unannounced: 'the call was not announced, or not long enough ago',
    NoSelfProxy: 'an account cannot be its own delegate',
  },
})
