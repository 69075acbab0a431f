/** Preimage: who stores bytes pays for them until the chain itself asks for them; they go when nobody wants them. */
import { equalBytes } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { implement } from '../../frame/implement.ts'
import type { RootOrigin, SignedOrigin } from '../../frame/origin.ts'
import { balancesLogic } from '../balances/logic.ts'
import { preimage } from './schema.ts'

export const preimageLogic = implement(
  preimage,
  { balances: balancesLogic },
  ({ storage, events, errors, constants, deps }) => {
    const { requestStatusFor: statuses, preimageFor } = storage

    /** Stores bytes for `depositor`, or for the chain, which then asks for them once more. */
    function note(bytes: Uint8Array, depositor: Uint8Array | undefined): Uint8Array {
      const hash = blake2b256(bytes)
      const len = bytes.length
      const status = statuses.get(hash)
      if (status?.type === 'Requested') {
        const count = status.value.count + (depositor === undefined ? 1 : 0)
        statuses.set(hash, { type: 'Requested', value: { ...status.value, count, maybeLen: len } })
      } else if (depositor === undefined) {
        const maybeTicket = status?.value.ticket
        statuses.set(hash, { type: 'Requested', value: { maybeTicket, count: 1, maybeLen: len } })
      } else {
        if (status !== undefined) throw errors.AlreadyNoted()
        const deposit = constants.depositBase + constants.depositFactor * BigInt(len)
        deps.balances.reserve(depositor, deposit)
        statuses.set(hash, { type: 'Unrequested', value: { ticket: [depositor, deposit], len } })
      }
      preimageFor.set([hash, len], bytes)
      events.Noted({ hash })
      return hash
    }

    function request(hash: Uint8Array): void {
      const status = statuses.get(hash)
      if (status?.type === 'Requested') {
        statuses.set(hash, { type: 'Requested', value: { ...status.value, count: status.value.count + 1 } })
        return
      }
      const value = { maybeTicket: status?.value.ticket, count: 1, maybeLen: status?.value.len }
      statuses.set(hash, { type: 'Requested', value })
      events.Requested({ hash })
    }

    function unrequest(hash: Uint8Array): void {
      const status = statuses.get(hash)
      if (status?.type !== 'Requested') throw errors.NotRequested()
      const { count, maybeLen, maybeTicket } = status.value
      if (count > 1) {
        statuses.set(hash, { type: 'Requested', value: { ...status.value, count: count - 1 } })
      } else if (maybeTicket === undefined || maybeLen === undefined) {
        statuses.remove(hash)
        if (maybeLen !== undefined) clear(hash, maybeLen)
      } else {
        // Who stored the bytes still pays for them, and takes them back when he likes.
        statuses.set(hash, { type: 'Unrequested', value: { ticket: maybeTicket, len: maybeLen } })
      }
    }

    function clear(hash: Uint8Array, len: number): void {
      preimageFor.remove([hash, len])
      events.Cleared({ hash })
    }

    function unnote(hash: Uint8Array, by: SignedOrigin | RootOrigin): void {
      const status = statuses.get(hash)
      if (status === undefined) throw errors.NotNoted()
      const ticket = status.type === 'Requested' ? status.value.maybeTicket : status.value.ticket
      if (by.type === 'signed' && (ticket === undefined || !equalBytes(ticket[0], by.who))) throw errors.NotAuthorized()
      if (ticket === undefined) {
        unrequest(hash)
        return
      }
      deps.balances.unreserve(...ticket)
      if (status.type === 'Requested') {
        statuses.set(hash, { type: 'Requested', value: { ...status.value, maybeTicket: undefined } })
      } else {
        statuses.remove(hash)
        clear(hash, status.value.len)
      }
    }

    return {
      calls: {
        notePreimage(origin, { bytes }) {
          note(bytes, origin.type === 'signed' ? origin.who : undefined)
        },
        unnotePreimage(origin, { hash }) {
          unnote(hash, origin)
        },
        requestPreimage(_, { hash }) {
          request(hash)
        },
        unrequestPreimage(_, { hash }) {
          unrequest(hash)
        },
      },

      exposes: {
        /** Stores bytes for the chain and asks for them; `drop` ends that. */
        noteRequested: (bytes: Uint8Array): Uint8Array => note(bytes, undefined),
        request,
        /** Asks no longer. Never fails: root may have taken the request back before who made it. */
        drop(hash: Uint8Array): void {
          if (statuses.get(hash)?.type === 'Requested') unrequest(hash)
        },
        fetch: (hash: Uint8Array, len: number): Uint8Array | undefined => preimageFor.get([hash, len]),
      },

      *held() {
        for (const [, { type, value }] of statuses.entries()) {
          const ticket = type === 'Requested' ? value.maybeTicket : value.ticket
          if (ticket !== undefined) yield ticket
        }
      },

      invariants: {
        'bytes are stored exactly where a status says so, under their hash': () => {
          let stored = 0
          for (const [hash, { type, value }] of statuses.entries()) {
            const len = type === 'Requested' ? value.maybeLen : value.len
            if (len === undefined) continue
            const bytes = preimageFor.get([hash, len])
            if (bytes === undefined || bytes.length !== len || !equalBytes(blake2b256(bytes), hash)) return false
            stored++
          }
          return [...preimageFor.keys()].length === stored
        },
        'what is requested is requested at least once': () => {
          for (const [, { type, value }] of statuses.entries())
            if (type === 'Requested' && value.count < 1) return false
          return true
        },
      },
    }
  },
)
