/** Balances: tokens move, come into being and vanish; the sum of all balances is the total issuance, always. */
import { equalBytes } from '@pha/core/codec'
import { checkedAdd, checkedSub } from '../../frame/checked-math.ts'
import { DispatchFailure, tokenError } from '../../frame/dispatch-error.ts'
import { implement } from '../../frame/implement.ts'
import { requireAccount } from '../../transaction/multi-address.ts'
import { systemLogic } from '../system/logic.ts'
import { balances } from './schema.ts'

/** Whether an account may vanish by paying. */
export type Existence = 'keepAlive' | 'allowDeath'

export const balancesLogic = implement(balances, { system: systemLogic }, ({ storage, events, constants, deps }) => {
  const { existentialDeposit } = constants

  function credit(who: Uint8Array, amount: bigint): void {
    const before = deps.system.account(who)
    const free = checkedAdd(before.data.free, amount)
    if (before.providers > 0) {
      deps.system.putAccount(who, before, { ...before, data: { ...before.data, free } })
      return
    }
    if (free < existentialDeposit) throw tokenError('BelowMinimum')
    deps.system.putAccount(who, before, { ...before, providers: 1, data: { ...before.data, free } })
    events.Endowed({ account: who, freeBalance: free })
  }

  /** Whether `debit` would succeed. */
  function canDebit(who: Uint8Array, amount: bigint, existence: Existence): boolean {
    const { data, providers, consumers } = deps.system.account(who)
    if (data.free < amount) return false
    if (data.free - amount >= existentialDeposit || providers === 0) return true
    return existence === 'allowDeath' && consumers === 0
  }

  function debit(who: Uint8Array, amount: bigint, existence: Existence): void {
    const before = deps.system.account(who)
    if (before.data.free < amount) throw tokenError('FundsUnavailable')
    const free = before.data.free - amount
    if (free >= existentialDeposit || before.providers === 0) {
      if (amount > 0n) deps.system.putAccount(who, before, { ...before, data: { ...before.data, free } })
      return
    }
    if (existence === 'keepAlive') throw tokenError('NotExpendable')
    if (before.consumers > 0) throw new DispatchFailure({ type: 'ConsumerRemaining' })
    deps.system.putAccount(who, before, undefined)
    if (free === 0n) return
    storage.totalIssuance.mutate((total) => checkedSub(total, free))
    events.DustLost({ account: who, amount: free })
  }

  function transfer(from: Uint8Array, to: Uint8Array, amount: bigint, existence: Existence = 'allowDeath'): void {
    if (equalBytes(from, to)) {
      if (deps.system.account(from).data.free < amount) throw tokenError('FundsUnavailable')
    } else {
      debit(from, amount, existence)
      credit(to, amount)
    }
    events.Transfer({ from, to, amount })
  }

  return {
    calls: {
      transferAllowDeath({ who }, { dest, value }) {
        transfer(who, requireAccount(dest), value, 'allowDeath')
      },
      transferKeepAlive({ who }, { dest, value }) {
        transfer(who, requireAccount(dest), value, 'keepAlive')
      },
      transferAll({ who }, { dest, keepAlive }) {
        const { data, consumers } = deps.system.account(who)
        const { free } = data
        // An account with reserves can't vanish, so everything is everything but the existential deposit.
        const kept = keepAlive || consumers > 0 ? existentialDeposit : 0n
        transfer(who, requireAccount(dest), free > kept ? free - kept : 0n, keepAlive ? 'keepAlive' : 'allowDeath')
      },
    },

    genesis({ endowments }) {
      for (const [who, amount] of endowments) {
        credit(who, amount)
        storage.totalIssuance.mutate((total) => checkedAdd(total, amount))
      }
    },

    exposes: {
      free: (who: Uint8Array): bigint => deps.system.account(who).data.free,
      totalIssuance: (): bigint => storage.totalIssuance.get(),

      /** Moves tokens. @throws DispatchFailure `Token.*`; run it inside `attempt` if you go on after that */
      transfer,

      /**
       * Sets free balance aside; the account keeps the existential deposit and can't vanish meanwhile.
       * @throws DispatchFailure `Token.FundsUnavailable`
       */
      reserve(who: Uint8Array, amount: bigint): void {
        if (amount === 0n) return
        const before = deps.system.account(who)
        const { free, reserved } = before.data
        if (free < amount + existentialDeposit) throw tokenError('FundsUnavailable')
        const consumers = before.consumers + (reserved === 0n ? 1 : 0)
        const data = { ...before.data, free: free - amount, reserved: reserved + amount }
        deps.system.putAccount(who, before, { ...before, consumers, data })
        events.Reserved({ who, amount })
      },

      /** Frees what was set aside. @throws DispatchFailure `Arithmetic.Underflow` if that is less: a bug of the caller */
      unreserve(who: Uint8Array, amount: bigint): void {
        if (amount === 0n) return
        const before = deps.system.account(who)
        const reserved = checkedSub(before.data.reserved, amount)
        const consumers = before.consumers - (reserved === 0n ? 1 : 0)
        const data = { ...before.data, free: checkedAdd(before.data.free, amount), reserved }
        deps.system.putAccount(who, before, { ...before, consumers, data })
        events.Unreserved({ who, amount })
      },

      /**
       * Takes what was set aside out of existence, and the total issuance with it: nobody gains by another's fall.
       * @throws DispatchFailure `Arithmetic.Underflow` if that is less: a bug of the caller
       */
      slashReserved(who: Uint8Array, amount: bigint): void {
        if (amount === 0n) return
        const before = deps.system.account(who)
        const reserved = checkedSub(before.data.reserved, amount)
        const consumers = before.consumers - (reserved === 0n ? 1 : 0)
        deps.system.putAccount(who, before, { ...before, consumers, data: { ...before.data, reserved } })
        storage.totalIssuance.mutate((total) => checkedSub(total, amount))
        events.Slashed({ who, amount })
      },

      canWithdraw: canDebit,

      /** Takes tokens out of existence. @throws DispatchFailure `Token.*` */
      withdraw(who: Uint8Array, amount: bigint, existence: Existence): void {
        debit(who, amount, existence)
        storage.totalIssuance.mutate((total) => checkedSub(total, amount))
        events.Withdraw({ who, amount })
      },

      /** Brings tokens into existence. @throws DispatchFailure `Token.BelowMinimum` for a new account */
      deposit(who: Uint8Array, amount: bigint): void {
        credit(who, amount)
        storage.totalIssuance.mutate((total) => checkedAdd(total, amount))
        events.Deposit({ who, amount })
      },
    },

    invariants: {
      'total issuance is the sum of all balances': () => {
        let sum = 0n
        for (const [, { data }] of deps.system.accounts()) sum += data.free + data.reserved
        return sum === storage.totalIssuance.get()
      },
      'no account is below the existential deposit': () => {
        for (const [, { data }] of deps.system.accounts()) if (data.free < existentialDeposit) return false
        return true
      },
    },
  }
})
