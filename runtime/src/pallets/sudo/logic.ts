/** Sudo: the holder of the key calls as root. Nothing brings a key into being but genesis. */
import { equalBytes } from '@pha/core/codec'
import { implement } from '../../frame/implement.ts'
import { ROOT } from '../../frame/origin.ts'
import { requireAccount } from '../../transaction/multi-address.ts'
import { sudo } from './schema.ts'

export const sudoLogic = implement(sudo, {}, ({ storage, events, errors, env }) => {
  function requireKey(who: Uint8Array): Uint8Array {
    const key = storage.key.get()
    if (key === undefined || !equalBytes(key, who)) throw errors.RequireSudo()
    return key
  }

  return {
    calls: {
      sudo({ who }, { call }) {
        requireKey(who)
        events.Sudid({ sudoResult: env.dispatch(ROOT, call) })
      },
      sudoUncheckedWeight({ who }, { call }) {
        requireKey(who)
        events.Sudid({ sudoResult: env.dispatch(ROOT, call) })
      },
      setKey({ who }, args) {
        const old = requireKey(who)
        const key = requireAccount(args.new)
        storage.key.set(key)
        events.KeyChanged({ old, new: key })
      },
      sudoAs({ who }, { who: target, call }) {
        requireKey(who)
        events.SudoAsDone({ sudoResult: env.dispatch({ type: 'signed', who: requireAccount(target) }, call) })
      },
      removeKey({ who }) {
        requireKey(who)
        storage.key.remove()
        events.KeyRemoved({})
      },
    },

    genesis({ key }) {
      if (key !== undefined) storage.key.set(key)
    },
  }
})
