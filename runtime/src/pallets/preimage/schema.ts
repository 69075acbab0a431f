/** Preimage: bytes that the chain keeps by their hash, for calls too large to be carried around. Layouts are Substrate's. */
import { type Infer, t } from '@pha/core/schema'
import { call, constant, map, pallet } from '../../frame/declare.ts'
import { storageDeposit } from '../balances/schema.ts'
import { WEIGHTS } from '../weights.ts'
import { MAX_PREIMAGE_BYTES } from './limits.ts'

/** Who stored the bytes, and how much is held of his balance for it. */
const Ticket = t.tuple(t.accountId, t.u128)

export const RequestStatus = t.named(
  ['pallet_preimage', 'RequestStatus'],
  t.enum('RequestStatus', {
    Unrequested: { ticket: Ticket, len: t.u32 },
    Requested: { maybeTicket: t.option(Ticket), count: t.u32, maybeLen: t.option(t.u32) },
  }),
)
export type RequestStatus = Infer<typeof RequestStatus>

export const preimage = pallet({
  name: 'Preimage',
  index: 23,
  docs: 'Bytes by their hash, for calls too large to be carried around.',
  constants: {
    depositBase: constant(t.u128, storageDeposit(2, 128), 'Two entries, with the hash in both keys.'),
    depositFactor: constant(t.u128, storageDeposit(0, 1), 'A byte.'),
    maxSize: constant(t.u32, MAX_PREIMAGE_BYTES, 'What one extrinsic can bring.'),
  },
  storage: {
    requestStatusFor: map('Identity', t.hash, RequestStatus, 'Who stored a preimage, and how often it is asked for.'),
    preimageFor: map(
      'Identity',
      t.tuple(t.hash, t.u32),
      t.boundedBytes(MAX_PREIMAGE_BYTES),
      'The bytes, by hash and length.',
    ),
  },
  calls: {
    notePreimage: call(0, { bytes: t.boundedBytes(MAX_PREIMAGE_BYTES) }, 'Store bytes under their hash.', {
      origin: 'signedOrRoot',
      weight: WEIGHTS.Preimage.notePreimage,
      adds: ({ bytes }) => ({ refTime: WEIGHTS.Preimage.notePreimage.perUnit * BigInt(bytes.length) }),
    }),
    unnotePreimage: call(1, { hash: t.hash }, 'Take bytes back that the caller stored.', {
      origin: 'signedOrRoot',
      weight: WEIGHTS.Preimage.unnotePreimage,
    }),
    requestPreimage: call(2, { hash: t.hash }, 'Ask for bytes: they stay, and cost nobody a deposit any more.', {
      origin: 'root',
      weight: WEIGHTS.Preimage.requestPreimage,
    }),
    unrequestPreimage: call(3, { hash: t.hash }, 'Ask for bytes no longer.', {
      origin: 'root',
      weight: WEIGHTS.Preimage.unrequestPreimage,
    }),
  },
  events: {
    Noted: [{ hash: t.hash }, 'Bytes were stored.'],
    Requested: [{ hash: t.hash }, 'Bytes were asked for.'],
    Cleared: [{ hash: t.hash }, 'Bytes were removed.'],
  },
  errors: {
    TooBig: 'more bytes than a preimage may have',
    AlreadyNoted: 'the bytes are stored',
    NotAuthorized: 'somebody else stored the bytes',
    NotNoted: 'no such bytes are stored',
    Requested: 'the bytes are asked for',
    NotRequested: 'nobody asked for the bytes',
  },
})
