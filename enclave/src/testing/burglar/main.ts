/**
 * What a burglar opens who has the disks of some workers and gatekeepers, the sealing keys of their platforms, the whole chain
 * and all blobs. It tries every secret that it finds on everything that is sealed, and combines shares, however few they are.
 * JSON in on standard input, JSON out; it knows no more than it is given.
 *
 *   node enclave/src/testing/burglar/main.ts < haul.json
 */
import { text } from 'node:stream/consumers'
import { fromHex, toHex } from '@pha/core/codec'
import { keypairFromSeed, open, type Secret } from '@pha/core/crypto'
import {
  ContractMessage,
  commandAad,
  contexts,
  contractKeyInput,
  type Dealt,
  dealtShareAad,
  GatekeepersMessage,
  partialKeyAad,
  TopicMessage,
  WorkerMessage,
} from '@pha/core/protocol'
import { combinePartials, evaluatePartial, interpolateShares, publicShareOf } from '@pha/core/threshold'
import { Group } from '@pha/runtime/pallets'
import { type ContractKeys, deriveContractKeys } from '../../pruntime/contract-keys.ts'
import { openDelta } from '../../pruntime/delta.ts'
import { openSnapshot } from '../../pruntime/snapshot.ts'
import { SealedStore, type Stored } from '../../store/sealed-store.ts'
import { simulatedTee } from '../../tee/simulated.ts'

interface Haul {
  readonly genesis: string
  /** SCALE of the group in office. */
  readonly group: string
  readonly stores: readonly {
    readonly store: string
    readonly kind: 'Worker' | 'Gatekeeper'
    readonly bundle: string
  }[]
  readonly contracts: readonly {
    readonly contract: string
    readonly epochs: number
    readonly batches: number
    readonly messages: readonly string[]
  }[]
  /** Messages of the topics of workers, and of `gatekeepers`. */
  readonly releases: readonly string[]
  readonly ceremonies: readonly string[]
  readonly blobs: readonly string[]
}

const haul = JSON.parse(await text(process.stdin)) as Haul
const genesis = fromHex(haul.genesis)
const group = Group.decode(fromHex(haul.group))
const stored = haul.stores.map(readStore)
const seeds = stored.flatMap(seedsIn)
const root = rootFrom(stored)

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

/** What the stolen shares give together: the root, if they are enough; else some other scalar. */
function rootFrom(stores: readonly Stored[]): Secret | undefined {
  const shares = stores.flatMap(({ identitySeed, shares }) => {
    const identity = toHex(keypairFromSeed('ed25519', identitySeed).publicKey)
    const index = group.members.find((member) => toHex(member.identity) === identity)?.index
    const share = shares.find((kept) => kept.root === group.root && kept.sharing === group.sharing)?.share
    return index === undefined || share === undefined ? [] : [{ index, share }]
  })
  return shares.length === 0 ? undefined : interpolateShares(shares)
}

function keysOf({ contract, epochs }: Haul['contracts'][number]): ContractKeys[] {
  const id = fromHex(contract)
  const kept = stored.flatMap(({ contractKeys }) =>
    contractKeys
      .filter((one) => toHex(one.contract) === contract)
      .map(({ key, epoch }) => deriveContractKeys(key, epoch)),
  )
  if (root === undefined) return kept
  const computed = Array.from({ length: epochs }, (_, epoch) => {
    const input = contractKeyInput(genesis, id, group.root, epoch)
    const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
    const partial = { index: 1, ...evaluatePartial(root, publicShareOf(root), input, random) }
    const combined = combinePartials(input, [partial], 1)
    if (!combined.ok) throw new Error(combined.reason)
    return deriveContractKeys(combined.output, epoch)
  })
  return [...kept, ...computed]
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
  const keys = keysOf(target)
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
  const names = Array.from({ length: target.batches }, (_, i) => ({ genesis, contract, batch: i + 1 }))
  const batchesThat = (opens: (key: Secret, name: (typeof names)[number], blob: Uint8Array) => unknown): number[] =>
    names
      .filter((name) =>
        haul.blobs.some((blob) => keys.some(({ state }) => opens(state, name, fromHex(blob)) !== undefined)),
      )
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

/** Parts of keys that were released to workers: each sealed to a key that its request made. */
async function releasesOpened(): Promise<number> {
  let count = 0
  for (const encoded of haul.releases) {
    const message = WorkerMessage.decode(TopicMessage.decode(fromHex(encoded)).payload)
    if (message.type !== 'KeyReleased') continue
    const { release } = message.value
    const envelope = { context: contexts.partialKey, aad: partialKeyAad(genesis, release), sealed: release.sealed }
    if (await opensWithAny(seeds, envelope)) count++
  }
  return count
}

/** Shares that dealers dealt, now or before: each sealed to a key that its ceremony made. */
async function dealingsOpened(): Promise<number> {
  const identities = stored.map(({ identitySeed }) => keypairFromSeed('ed25519', identitySeed).publicKey)
  const opens = async ({ ceremony, dealing }: Dealt, dealer: Uint8Array): Promise<boolean> => {
    for (const sealed of dealing.sealed) {
      for (const receiver of identities) {
        const aad = dealtShareAad(genesis, ceremony, { dealer, receiver })
        if (await opensWithAny(seeds, { context: contexts.dealtShare, aad, sealed })) return true
      }
    }
    return false
  }
  let count = 0
  for (const encoded of haul.ceremonies) {
    const { payload, sender } = TopicMessage.decode(fromHex(encoded))
    const message = GatekeepersMessage.decode(payload)
    if (message.type === 'Dealt' && sender.type === 'Worker' && (await opens(message.value, sender.value))) count++
  }
  return count
}

const contracts = []
for (const target of haul.contracts) contracts.push(await rob(target))
const opened = { contracts, releases: await releasesOpened(), dealings: await dealingsOpened() }
process.stdout.write(JSON.stringify(opened))
