/** Permits: revocations, and what is held while they have to be kept. */
import { equalBytes } from '@pha/core/codec'
import { implement } from '../../frame/implement.ts'
import { requireAccount } from '../../transaction/multi-address.ts'
import { balancesLogic } from '../balances/logic.ts'
import { systemLogic } from '../system/logic.ts'
import { permits, type Revocations } from './schema.ts'

export const permitsLogic = implement(
  permits,
  { system: systemLogic, balances: balancesLogic },
  ({ storage, events, errors, constants, deps }) => {
    const { system, balances } = deps

    /** What still takes a permit back that would be valid otherwise. */
    function current({ issuedBefore, permits: revoked, deposit }: Revocations): Revocations {
      const now = system.blockNumber()
      const matters = issuedBefore + constants.maxPermitLife > now
      return {
        issuedBefore: matters ? issuedBefore : 0,
        permits: revoked.filter(({ expiresAtBlock }) => expiresAtBlock >= now),
        deposit,
      }
    }

    /** Writes what an account has taken back, and holds what that costs. */
    function save(account: Uint8Array, revocations: Revocations): void {
      const { issuedBefore, permits: revoked, deposit: held } = revocations
      const isEmpty = issuedBefore === 0 && revoked.length === 0
      const { depositBase, depositFactor } = constants
      const deposit = isEmpty ? 0n : depositBase + depositFactor * BigInt(revoked.length)
      if (deposit > held) balances.reserve(account, deposit - held)
      else balances.unreserve(account, held - deposit)
      if (isEmpty) storage.revocations.remove(account)
      else storage.revocations.set(account, { ...revocations, deposit })
    }

    function counted(): void {
      storage.changes.set(storage.changes.get() + 1n)
    }

    return {
      calls: {
        revoke({ who }, { permit, expiresAtBlock }) {
          const now = system.blockNumber()
          if (expiresAtBlock < now) throw errors.Ended()
          if (expiresAtBlock > now + constants.maxPermitLife) throw errors.TooLong()
          const revocations = current(storage.revocations.get(who))
          const { permits: revoked } = revocations
          if (revoked.some((one) => equalBytes(one.permit, permit))) throw errors.AlreadyRevoked()
          if (revoked.length >= constants.maxRevoked) throw errors.TooMany()
          save(who, { ...revocations, permits: [...revoked, { permit, expiresAtBlock }] })
          counted()
          events.Revoked({ account: who, permit })
        },

        revokeAll({ who }, { issuedBefore }) {
          if (issuedBefore > system.blockNumber()) throw errors.InTheFuture()
          const revocations = current(storage.revocations.get(who))
          if (issuedBefore <= revocations.issuedBefore) throw errors.AlreadyRevoked()
          if (issuedBefore + constants.maxPermitLife <= system.blockNumber()) throw errors.Ended()
          save(who, { ...revocations, issuedBefore })
          counted()
          events.AllRevoked({ account: who, issuedBefore })
        },

        release(_, { account: address }) {
          const account = requireAccount(address)
          const before = storage.revocations.get(account)
          const revocations = current(before)
          const hasEnded =
            revocations.issuedBefore !== before.issuedBefore || revocations.permits.length < before.permits.length
          if (!hasEnded) throw errors.NothingEnded()
          save(account, revocations)
          events.Released({ account, deposit: before.deposit - storage.revocations.get(account).deposit })
        },
      },

      *held() {
        for (const [account, { deposit }] of storage.revocations.entries()) yield [account, deposit]
      },

      invariants: {
        'no account has taken back nothing, or a permit twice': () => {
          for (const [, { issuedBefore, permits: revoked }] of storage.revocations.entries()) {
            if (issuedBefore === 0 && revoked.length === 0) return false
            const isTwice = revoked.some(({ permit }, i) =>
              revoked.slice(i + 1).some((other) => equalBytes(permit, other.permit)),
            )
            if (isTwice) return false
          }
          return true
        },
      },
    }
  },
)
