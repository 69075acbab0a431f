/** Proxy: who acts for whom. */
import { equalBytes } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { AnyCall } from '../../frame/declare.ts'
import { implement } from '../../frame/implement.ts'
import { requireAccount } from '../../transaction/multi-address.ts'
import { announcements } from './announcements.ts'
import { proxyDeps } from './context.ts'
import { delegates } from './delegates.ts'
import { permissions } from './permissions.ts'
import { pureAccount } from './pure-account.ts'
import { type ProxyDefinition, proxy } from './schema.ts'

export const proxyLogic = implement(proxy, proxyDeps, (context) => {
  const { storage, events, errors, env, deps } = context
  const delegated = delegates(context)
  const announced = announcements(context)

  /** The call is made as `real` and nobody else: what the sender may not do elsewhere does not matter here. */
  function run({ proxyType }: ProxyDefinition, real: Uint8Array, call: AnyCall): void {
    const origin = { type: 'signed', who: real, filter: permissions(proxyType.type) } as const
    events.ProxyExecuted({ result: env.dispatch(origin, call) })
  }

  /** Takes the announcement, so that it counts once. */
  function isAnnounced(delegate: Uint8Array, real: Uint8Array, call: AnyCall, newest: number): boolean {
    const callHash = blake2b256(AnyCall.encode(call))
    const [list] = storage.announcements.get(delegate)
    const known = list.some(
      (one) => equalBytes(one.real, real) && equalBytes(one.callHash, callHash) && one.height <= newest,
    )
    if (known) announced.remove(delegate, real, callHash, newest)
    return known
  }

  return {
    calls: {
      proxy({ who }, { real: address, forceProxyType, call }) {
        const real = requireAccount(address)
        const found = delegated.find(real, who, forceProxyType)
        if (found.delay > 0) throw errors.Unannounced()
        run(found, real, call)
      },

      addProxy({ who }, { delegate: address, proxyType, delay }) {
        const delegate = requireAccount(address)
        if (equalBytes(who, delegate)) throw errors.NoSelfProxy()
        delegated.add(who, { delegate, proxyType, delay })
        events.ProxyAdded({ delegator: who, delegatee: delegate, proxyType, delay })
      },

      removeProxy({ who }, { delegate: address, proxyType, delay }) {
        const delegate = requireAccount(address)
        delegated.remove(who, { delegate, proxyType, delay })
        events.ProxyRemoved({ delegator: who, delegatee: delegate, proxyType, delay })
      },

      removeProxies({ who }) {
        delegated.removeAll(who)
      },

      createPure({ who }, { proxyType, delay, index }) {
        const height = deps.system.blockNumber()
        const extrinsicIndex = deps.system.extrinsicIndex()
        const pure = pureAccount({ spawner: who, height, extrinsicIndex, proxyType, index })
        delegated.spawn(pure, { delegate: who, proxyType, delay })
        events.PureCreated({ pure, who, proxyType, disambiguationIndex: index, at: height, extrinsicIndex })
      },

      killPure({ who }, { spawner: address, proxyType, index, height, extIndex }) {
        const spawner = requireAccount(address)
        const pure = pureAccount({ spawner, height, extrinsicIndex: extIndex, proxyType, index })
        if (!equalBytes(pure, who)) throw errors.NoPermission()
        delegated.removeAll(who)
        events.PureKilled({ pure, spawner, proxyType, disambiguationIndex: index })
      },

      announce({ who }, { real: address, callHash }) {
        const real = requireAccount(address)
        delegated.find(real, who, undefined)
        announced.add(who, { real, callHash, height: deps.system.blockNumber() })
        events.Announced({ real, proxy: who, callHash })
      },

      removeAnnouncement({ who }, { real, callHash }) {
        announced.remove(who, requireAccount(real), callHash)
      },

      rejectAnnouncement({ who }, { delegate, callHash }) {
        announced.remove(requireAccount(delegate), who, callHash)
      },

      proxyAnnounced(_, { delegate: delegateAddress, real: realAddress, forceProxyType, call }) {
        const delegate = requireAccount(delegateAddress)
        const real = requireAccount(realAddress)
        const found = delegated.find(real, delegate, forceProxyType)
        const newest = deps.system.blockNumber() - found.delay
        if (!isAnnounced(delegate, real, call, newest)) throw errors.Unannounced()
        run(found, real, call)
      },
    },

    *held() {
      yield* delegated.held()
      yield* announced.held()
    },

    invariants: {
      'no account has an empty list of delegates, or itself in it': () => {
        for (const [real, [list]] of storage.proxies.entries()) {
          if (list.length === 0 || list.some(({ delegate }) => equalBytes(delegate, real))) return false
        }
        return true
      },
    },
  }
})
