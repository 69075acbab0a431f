/** Extrinsics as strangers send them: mostly signed calls that might run, and everything that is wrong with the rest. */
import { concatBytes } from '@pha/core/codec'
import type { Keypair } from '@pha/core/crypto'
import { t } from '@pha/core/schema'
import { encodeExtrinsic, IMMORTAL, type MultiAddress, mortalEra, PHA, system } from '@pha/runtime/pallets'
import type { TestChain, TestNetwork, Transaction } from '@pha/runtime/testkit'
import { encodeCall, randomCall } from '../../calls/random-call.ts'
import { mutate } from '../scale/mutate.ts'
import type { Random } from '../scale/random.ts'
import { compactBytes } from '../scale/sample.ts'
import { MARK } from './trusting-host.ts'

export interface Senders {
  readonly network: TestNetwork
  readonly signers: readonly Keypair[]
  readonly ids: readonly Uint8Array[]
  /** Some of those that were sent before. */
  readonly earlier: readonly Uint8Array[]
}

type Kind = (senders: Senders, random: Random) => Uint8Array

/** What strangers send, by how often of a thousand. */
const KINDS: readonly (readonly [share: number, Kind])[] = [
  [637, markedCall],
  [150, changedCall],
  [60, strangeExtra],
  [40, replayed],
  [40, bare],
  [40, noise],
  [8, enclaveCall],
  [5, signedCall],
  [18, nested],
  [2, giant],
]
const ALL = KINDS.flatMap(([share, kind]) => Array.from({ length: share }, () => kind))

/** @example chain.apply(makeExtrinsic(senders, random)) */
export function makeExtrinsic(senders: Senders, random: Random): Uint8Array {
  return random.pick(ALL)(senders, random)
}

/** A random call with the right nonce and the mark in the place of its signature. */
function markedCall(senders: Senders, random: Random): Uint8Array {
  return marked(senders, random, anyCall(senders, random))
}

function signedCall(senders: Senders, random: Random): Uint8Array {
  return senders.network.chain.sign(random.pick(senders.signers), anyCall(senders, random))
}

/** Valid bytes with one to four small changes, mostly where the lengths and tags are. */
function changedCall(senders: Senders, random: Random): Uint8Array {
  const bytes = markedCall(senders, random)
  const head = bytes.length > 200 ? 2 : 1
  const marks = [0, head, head + 1, head + 34, head + 99, head + 100, head + 101, head + 102, head + 103, head + 104]
  const other = senders.earlier.length > 0 ? random.pick(senders.earlier) : bytes
  const changed = mutate({ bytes, marks: marks.filter((mark) => mark < bytes.length) }, other, random)
  if (random.oneIn(2)) return changed
  // With a length that fits: else most changes would be found by the length alone.
  return t.bytes.encode(changed.subarray(Math.min(head, changed.length)))
}

/** Nonces of the past and the future, tips that nobody has, eras that ended or never begin. */
function strangeExtra(senders: Senders, random: Random): Uint8Array {
  const { number } = senders.network.chain
  return marked(senders, random, anyCall(senders, random), {
    nonceOffset: random.pick([-1, 0, 0, 1, 5, 2 ** 31]),
    tip: random.pick([0n, 1n, PHA, 10_000n * PHA, 2n ** 127n]),
    era: random.oneIn(2) ? IMMORTAL : mortalEra(random.pick([4, 64, 65_536]), Math.max(0, number - random.below(200))),
  })
}

function replayed({ earlier, ...senders }: Senders, random: Random): Uint8Array {
  return earlier.length > 0 ? random.pick(earlier) : markedCall({ earlier, ...senders }, random)
}

/** Without a signature: inherents that come too late, and calls that need a sender. */
function bare(senders: Senders, random: Random): Uint8Array {
  return encodeExtrinsic({ signed: undefined, call: anyCall(senders, random) })
}

function noise(_: Senders, random: Random): Uint8Array {
  const bytes = random.bytes(random.below(300))
  return random.oneIn(2) ? bytes : t.bytes.encode(concatBytes(Uint8Array.of(random.pick([4, 5, 0x84, 0x45])), bytes))
}

/** What only the right signature of an enclave makes succeed: votes, lies, keys, registrations. */
function enclaveCall(senders: Senders, random: Random): Uint8Array {
  const { network } = senders
  const replica = random.pick(network.replicas)
  const [from, call] = random.pick<() => Transaction>([
    () => network.vote(replica),
    () => network.vote(replica, random.oneIn(3) ? network.lie() : network.commit()),
    () => network.votesKey(replica, random.below(2)),
    () => network.registers(random.pick(network.workers)),
    () => network.sends()[0] as Transaction,
  ])()
  return marked({ ...senders, signers: [from] }, random, call)
}

/** Utility, whose call 0 is `batch`. */
const UTILITY = 20

/** Calls in calls in calls, up to and beyond what the reader allows, or as many in one as it allows. */
function nested(senders: Senders, random: Random): Uint8Array {
  const sudo = Uint8Array.of(255, 0)
  const depth = 1 + random.below(20)
  const inner = anyCall(senders, random)
  const deep = concatBytes(...Array.from({ length: depth }, () => sudo), inner)
  const many = random.pick([2, 100, 2_047, 2_050])
  const remark = system.calls.remark.encode({ remark: new Uint8Array() })
  const batch = concatBytes(
    Uint8Array.of(UTILITY, 0),
    compactBytes(BigInt(many)),
    ...Array.from({ length: many }, () => remark),
  )
  return marked(senders, random, random.oneIn(2) ? deep : batch)
}

/** At, and a little above, the largest extrinsic there may be. */
function giant(senders: Senders, random: Random): Uint8Array {
  const remark = new Uint8Array(random.pick([60_000, 524_288, 1_048_000, 1_048_576, 1_100_000]))
  return marked(senders, random, system.calls.remarkWithEvent.encode({ remark }))
}

function anyCall({ network, signers, ids }: Senders, random: Random): Uint8Array {
  const accounts = signers.map(({ accountId }) => accountId)
  return encodeCall(randomCall(random, { accounts, ids, block: network.chain.number + 1 }))
}

interface Strange {
  readonly nonceOffset?: number
  readonly tip?: bigint
  readonly era?: ReturnType<typeof mortalEra>
}

function marked({ network, signers }: Senders, random: Random, call: Uint8Array, strange?: Strange): Uint8Array {
  return markedExtrinsic(network.chain, random.pick(signers), call, strange)
}

/** A call marked as signed by an account, with its next nonce unless something is strange. */
export function markedExtrinsic(
  chain: TestChain,
  { accountId }: Keypair,
  call: Uint8Array,
  { nonceOffset = 0, tip = 0n, era = IMMORTAL }: Strange = {},
): Uint8Array {
  const { nonce } = chain.read(system.storage.account, accountId)
  const address: MultiAddress = { type: 'Id', value: accountId }
  const extra = { era, nonce: Math.max(0, nonce + nonceOffset), tip, metadataHash: { type: 'Disabled' } } as const
  return encodeExtrinsic({ signed: { address, signature: MARK, extra }, call })
}
