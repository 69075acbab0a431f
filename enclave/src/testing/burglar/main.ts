/**
 * What a burglar opens who has the disks of some workers and gatekeepers, the sealing keys of their platforms, the keys of some
 * custodians, the whole chain, all blobs, and what passed between hosts. It tries every secret that it finds on everything that is sealed, and combines
 * shares, however few they are and whoever held them.
 * JSON in on standard input, JSON out; it knows no more than it is given.
 *
 *   node enclave/src/testing/burglar/main.ts < haul.json
 */
import { text } from 'node:stream/consumers'
import { openDealing } from '@pha/core/ceremony'
import { equalBytes, fromHex } from '@pha/core/codec'
import { keypairFromSeed, open, Secret } from '@pha/core/crypto'
import {
  ContractMessage,
  commandAad,
  contexts,
  contractKeyInput,
  dealtShareAad,
  GatekeepersMessage,
  partialKeyAad,
  SignedRelease,
  TopicMessage,
  WorkerMessage,
} from '@pha/core/protocol'
import {
  combinePartials,
  type DealtShare,
  evaluatePartial,
  interpolateShares,
  publicShareOf,
} from '@pha/core/threshold'
import { Escrow, Group } from '@pha/runtime/pallets'
import { type ContractKeys, deriveContractKeys } from '../../pruntime/contract-keys.ts'
import { openDelta } from '../../pruntime/delta.ts'
import { openSnapshot } from '../../pruntime/snapshot.ts'
import { SealedStore, type Stored } from '../../store/sealed-store.ts'
import { simulatedTee } from '../../tee/simulated.ts'

interface Haul {
  readonly genesis: string
  /** SCALE of a group, in office or before, and of what was dealt to custodians, if there are any. */
  readonly group: string
  readonly escrow: string | null
  readonly stores: readonly {
    readonly store: string
    readonly kind: 'Worker' | 'Gatekeeper'
    readonly bundle: string
  }[]
  readonly people: readonly { readonly account: string; readonly seed: string }[]
  readonly contracts: readonly {
    readonly contract: string
    readonly epochs: number
    /** Numbers of those whose deltas and snapshots are looked for. */
    readonly batches: readonly number[]
    readonly messages: readonly string[]
  }[]
  /** Messages of the topics of workers, and of `gatekeepers`. */
  readonly workers: readonly string[]
  readonly ceremonies: readonly string[]
  /** SCALE of releases that went directly to workers. */
  readonly delivered: readonly string[]
  readonly blobs: readonly string[]
}

const haul = JSON.parse(await text(process.stdin)) as Haul
const genesis = fromHex(haul.genesis)
const group = Group.decode(fromHex(haul.group))
const escrow = haul.escrow === null ? undefined : Escrow.decode(fromHex(haul.escrow))
const people = haul.people.map(({ account, seed }) => ({
  account: fromHex(account),
  seed: Secret.from(fromHex(seed)),
}))
/** Replicas seal the same to the same bytes. */
const blobs = [...new Set(haul.blobs)].map((blob) => fromHex(blob))
const stored = haul.stores.map(readStore)
const seeds = [...stored.flatMap(seedsIn), ...people.map(({ seed }) => seed)]
const keptKeys = stored.flatMap(({ contractKeys }) =>
  contractKeys.map(({ key, epoch }) => deriveContractKeys(key, epoch)),
)
const dealings = haul.ceremonies.flatMap(dealingIn)
const releases = [
  ...haul.workers.flatMap(releaseIn),
  ...haul.delivered.map((encoded) => SignedRelease.decode(fromHex(encoded))),
]
const roots = rootsFrom(stored.flatMap(shareIn), (await Promise.all(people.map(shareOf))).flat())

function readStore({ store, kind, bundle }: Haul['stores'][number]): Stored {
  const sealingKey = simulatedTee({ bundle, store }).sealingKey(contexts.sealedStore)
  if (sealingKey === undefined) throw new Error('the platform gives no sealing key')
  const content = new SealedStore({ folder: store, kind, sealingKey }).read(genesis)
  if (content === undefined) throw new Error(`there is no store in ${store}`)
  return content
}

function seedsIn({ identitySeed, agreement, ceremony }: Stored): Secret[] {
  const found = [identitySeed, agreement.listed, agreement.next, agreement.former?.seed, ceremony?.recipient]
  return found.filter((seed) => seed !== undefined)
}

/** The share of the group that a gatekeeper that was robbed has. */
function shareIn({ identitySeed, shares }: Stored): DealtShare[] {
  const identity = keypairFromSeed('ed25519', identitySeed).publicKey
  const index = group.members.find((member) => equalBytes(member.identity, identity))?.index
  const share = shares.find((kept) => kept.root === group.root && kept.sharing === group.sharing)?.share
  return index === undefined || share === undefined ? [] : [{ index, share }]
}

/** The recovery share of a custodian, from what was dealt to it. */
async function shareOf({ account, seed }: (typeof people)[number]): Promise<DealtShare[]> {
  if (escrow === undefined) return []
  const { ceremony: id, threshold, members: receivers } = escrow.group
  const receiver = receivers.find(({ identity }) => equalBytes(identity, account))
  if (receiver === undefined) return []
  const parts: DealtShare[] = []
  for (const dealer of escrow.dealers) {
    const dealt = dealings.find(({ value }) => value.ceremony === id && value.dealer === dealer.index)?.value
    const ceremony = { id, threshold, receivers }
    const opened = dealt && (await openDealing({ genesis, recipient: seed, ceremony, dealer, receiver }, dealt))
    if (opened?.ok) parts.push({ index: dealer.index, share: opened.share })
  }
  return parts.length === escrow.dealers.length ? [{ index: receiver.index, share: interpolateShares(parts) }] : []
}

/** What shares give together: the root, if they are enough and of one sharing; else some other scalar. */
function rootsFrom(ofGatekeepers: readonly DealtShare[], ofPeople: readonly DealtShare[]): Secret[] {
  const others = ofPeople.filter(({ index }) => !ofGatekeepers.some((one) => one.index === index))
  return [ofGatekeepers, ofPeople, [...ofGatekeepers, ...others]]
    .filter((shares) => shares.length > 0)
    .map((shares) => interpolateShares(shares))
}

/** The keys of all epochs of a contract, as each of these roots would make them. */
function keysFrom(root: Secret, { contract, epochs }: Haul['contracts'][number]): ContractKeys[] {
  return Array.from({ length: epochs }, (_, epoch) => {
    const input = contractKeyInput(genesis, fromHex(contract), group.root, epoch)
    const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
    const partial = { index: 1, ...evaluatePartial(root, publicShareOf(root), input, random) }
    const combined = combinePartials(input, [partial], 1)
    if (!combined.ok) throw new Error(combined.reason)
    return deriveContractKeys(combined.output, epoch)
  })
}

async function opensWithAny(
  secrets: readonly Secret[],
  envelope: Omit<Parameters<typeof open>[0], 'seed'>,
): Promise<boolean> {
  for (const seed of secrets) if ((await open({ seed, ...envelope })) !== undefined) return true
  return false
}

async function rob(target: Haul['contracts'][number]) {
  const contract = fromHex(target.contract)
  const keys = [...keptKeys, ...roots.flatMap((root) => keysFrom(root, target))]
  const secrets = [...keys.map(({ command }) => command.seed), ...seeds]
  const opened = new Map<number, { commands: number; bytes: number }>()
  for (const encoded of target.messages) {
    const { payload, sender } = TopicMessage.decode(fromHex(encoded))
    const message = ContractMessage.decode(payload)
    if (message.type !== 'Command' || sender.type !== 'Account') continue
    const { epoch, sealed } = message.value
    const aad = commandAad(genesis, contract, epoch, sender.value)
    if (!(await opensWithAny(secrets, { context: contexts.command, aad, sealed }))) continue
    const { commands, bytes } = opened.get(epoch) ?? { commands: 0, bytes: 0 }
    opened.set(epoch, { commands: commands + 1, bytes: bytes + sealed.length })
  }
  const names = target.batches.map((batch) => ({ genesis, contract, batch }))
  const batchesThat = (opens: (key: Secret, name: (typeof names)[number], blob: Uint8Array) => unknown): number[] =>
    names
      .filter((name) => blobs.some((blob) => keys.some(({ state }) => opens(state, name, blob) !== undefined)))
      .map(({ batch }) => batch)
  return {
    contract: target.contract,
    epochs: [...opened]
      .map(([epoch, amount]) => ({ epoch, ...amount }))
      .sort((left, right) => left.epoch - right.epoch),
    deltas: batchesThat(openDelta),
    snapshots: batchesThat(openSnapshot),
  }
}

/** Parts of keys that were given to workers, over the chain or directly: each is sealed to a key that its request made. */
async function releasesOpened(): Promise<number> {
  let count = 0
  for (const { release } of releases) {
    const envelope = { context: contexts.partialKey, aad: partialKeyAad(genesis, release), sealed: release.sealed }
    if (await opensWithAny(seeds, envelope)) count++
  }
  return count
}

function releaseIn(encoded: string): SignedRelease[] {
  const message = WorkerMessage.decode(TopicMessage.decode(fromHex(encoded)).payload)
  return message.type === 'KeyReleased' ? [message.value] : []
}

function dealingIn(encoded: string) {
  const { payload, sender } = TopicMessage.decode(fromHex(encoded))
  const message = GatekeepersMessage.decode(payload)
  return message.type === 'Dealt' && sender.type === 'Worker' ? [{ dealer: sender.value, value: message.value }] : []
}

/** Dealings, now or before, in which a share for one of these opens: each is sealed to a key that its ceremony made, or to a custodian's. */
async function dealingsOpened(receivers: readonly Uint8Array[]): Promise<number> {
  let count = 0
  for (const { dealer, value } of dealings) {
    const { ceremony, dealing } = value
    const tries = dealing.sealed.flatMap((sealed) => receivers.map((receiver) => ({ sealed, receiver })))
    for (const { sealed, receiver } of tries) {
      const aad = dealtShareAad(genesis, ceremony, { dealer, receiver })
      if (!(await opensWithAny(seeds, { context: contexts.dealtShare, aad, sealed }))) continue
      count++
      break
    }
  }
  return count
}

const contracts = []
for (const target of haul.contracts) contracts.push(await rob(target))
const opened = {
  contracts,
  releases: { opened: await releasesOpened(), of: releases.length },
  dealings: {
    gatekeepers: await dealingsOpened(
      stored.map(({ identitySeed }) => keypairFromSeed('ed25519', identitySeed).publicKey),
    ),
    custodians: await dealingsOpened(people.map(({ account }) => account)),
  },
}
process.stdout.write(JSON.stringify(opened))
