/**
 * Permits: what accounts have taken back of the rights to read that they signed away off chain (`core/src/permits`).
 * A permit itself is never on chain.
 */
import { MAX_PERMIT_LIFE } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'
import { call, constant, map, pallet, value } from '../../frame/declare.ts'
import { MultiAddress } from '../../transaction/multi-address.ts'
import { storageDeposit } from '../balances/schema.ts'
import { WEIGHTS } from '../weights.ts'
import { MAX_REVOKED } from './limits.ts'

/** Kept until the permit would have ended anyway. */
export const RevokedPermit = t.struct('RevokedPermit', { permit: t.hash, expiresAtBlock: t.u32 })
export type RevokedPermit = Infer<typeof RevokedPermit>

export const Revocations = t.struct('Revocations', {
  /** Permits that were issued at an earlier block are not valid; 0 for none. */
  issuedBefore: t.u32,
  /** Single permits, by their ids. */
  permits: t.boundedVec(RevokedPermit, MAX_REVOKED),
  /** Held of the account's balance. */
  deposit: t.u128,
})
export type Revocations = Infer<typeof Revocations>

export const permits = pallet({
  name: 'Permits',
  index: 25,
  docs: 'Permits to read private data that accounts have taken back.',
  constants: {
    maxPermitLife: constant(t.u32, MAX_PERMIT_LIFE, 'Blocks: 30 days of 3 s. What ends by itself need not be kept.'),
    maxRevoked: constant(t.u32, MAX_REVOKED, 'The list is read whole by each enclave that the account asks.'),
    depositBase: constant(t.u128, storageDeposit(1, 20), 'One entry, a block and the amount held.'),
    depositFactor: constant(t.u128, storageDeposit(0, 36), 'Id and last block of a permit.'),
  },
  storage: {
    revocations: map('Twox64Concat', t.accountId, Revocations, 'What an account has taken back.', {
      issuedBefore: 0,
      permits: [],
      deposit: 0n,
    }),
    changes: value(t.u64, 'Counts revocations: while it stands still, no enclave has to read one again.', 0n),
  },
  calls: {
    revoke: call(
      0,
      { permit: t.hash, expiresAtBlock: t.u32 },
      'Take back one permit, by its id, and with it all that were delegated from it. The block is the one at which it ends.',
      { weight: WEIGHTS.Permits.revoke },
    ),
    revokeAll: call(
      1,
      { issuedBefore: t.u32 },
      'Take back all permits of the caller that were issued before a block, which is not later than this one.',
      { weight: WEIGHTS.Permits.revokeAll },
    ),
    release: call(
      2,
      { account: MultiAddress },
      'Forget what an account has taken back and has ended since, and give back what was held for it. Anyone may send it.',
      { weight: WEIGHTS.Permits.release },
    ),
  },
  events: {
    Revoked: [{ account: t.accountId, permit: t.hash }, 'A permit was taken back.'],
    AllRevoked: [{ account: t.accountId, issuedBefore: t.u32 }, 'All permits of a time were taken back.'],
    Released: [
      { account: t.accountId, deposit: t.u128 },
      'What was held for revocations that have ended was given back.',
    ],
  },
  errors: {
    AlreadyRevoked: 'the permit, or all of that time, was taken back before',
    Ended: 'the permit ends before this block: nothing has to be taken back',
    TooLong: 'no permit is valid for so long',
    InTheFuture: 'permits that are issued later cannot be taken back now',
    TooMany: 'too many single permits: take back all that were issued before a block',
    NothingEnded: 'nothing of what the account has taken back has ended',
  },
})
