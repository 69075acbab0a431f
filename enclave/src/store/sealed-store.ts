/**
 * What an enclave remembers: one file, sealed with the TEE's key, replaced whole at every change.
 *
 * Sealing hides and authenticates; it does not stop the host from putting back an older file. The checkpoint inside
 * makes that visible as soon as the host also shows an older chain (`sync.backward`); an old file beside the newest
 * chain only costs work: keys are released again, positions are safe to repeat, and a gatekeeper's share of an older
 * sharing is not served with.
 *
 * The form changes with the program: the sealing key follows the measurement (docs/adr/0019-sealing-keys.md), so no
 * build opens what another one has sealed, and there is nothing to migrate.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { concatBytes, equalBytes } from '@pha/core/codec'
import { openWithNonce, type Secret, sealWithNonce } from '@pha/core/crypto'
import { bind, contexts, Dealt, EnclaveKind, limits, TopicHead } from '@pha/core/protocol'
import { type Infer, t, tryDecode } from '@pha/core/schema'
import { secretBytes, secretUpTo } from './secret-type.ts'
import type { Store } from './store.ts'
import { StoreError } from './store-error.ts'
import { writeDurably } from './write-durably.ts'

/** First bytes of the file: what it is, and the version of its form. */
const MAGIC = Uint8Array.of(0x70, 0x68, 0x61, 0x73, 2) // 'phas', 2
const NONCE_LENGTH = 12
const FILE = 'sealed.store'

const StoredContractKey = t.struct('StoredContractKey', {
  contract: t.bytes32,
  epoch: t.u32,
  /** Output of the threshold PRF. */
  key: secretBytes(64),
})

const StoredShare = t.struct('StoredShare', { root: t.u32, sharing: t.u32, share: secretBytes(32) })
export type StoredShare = Infer<typeof StoredShare>

/** A gatekeeper's own part of the ceremony that it takes part in. */
const StoredCeremony = t.struct('StoredCeremony', {
  id: t.u32,
  /** Seed of the key that a receiver made for this ceremony: what is dealt to it is sealed to that. */
  recipient: t.option(secretBytes(32)),
  /** What it deals, exactly as it is published: sealed before that, so that it never deals twice. */
  dealt: t.option(Dealt),
  /** The polynomial behind it, to answer complaints with. */
  polynomial: t.option(secretUpTo(32 * limits.gatekeepers)),
  /** What others dealt to it; none from whom it got nothing that fits. */
  received: t.boundedVec(
    t.struct('ReceivedShare', { dealer: t.u16, share: t.option(secretBytes(32)) }),
    limits.gatekeepers,
  ),
})
export type StoredCeremony = Infer<typeof StoredCeremony>

export const Stored = t.struct('Stored', {
  genesis: t.bytes32,
  identitySeed: secretBytes(32),
  /** Seeds of agreement keys (service/agreement-keys.ts). */
  agreement: t.struct('StoredAgreement', {
    /** Of the one that the chain was proven to list. */
    listed: t.option(secretBytes(32)),
    /** Of the one that the next registration names. */
    next: t.option(secretBytes(32)),
    /** Of the one before, which still opens what was sealed to it until a block. */
    former: t.option(t.struct('FormerAgreement', { seed: secretBytes(32), until: t.u32 })),
  }),
  /** The newest final block seen: nothing older is accepted after a restart. */
  checkpoint: t.struct('Checkpoint', { number: t.u32, hash: t.hash, stateRoot: t.hash }),
  contractKeys: t.vec(StoredContractKey),
  /** A gatekeeper's shares, at most one of each root. */
  shares: t.vec(StoredShare),
  ceremony: t.option(StoredCeremony),
  /** How far a gatekeeper has read the topic `gatekeepers`. */
  gatekeeperTopic: TopicHead,
})
export type Stored = Infer<typeof Stored>

export interface SealedStoreInit {
  readonly folder: string
  readonly kind: EnclaveKind['type']
  readonly sealingKey: Secret
}

export class SealedStore implements Store {
  readonly #file: string
  readonly #key: Secret
  readonly #aad: Uint8Array

  constructor({ folder, kind, sealingKey }: SealedStoreInit) {
    this.#file = join(folder, FILE)
    this.#key = sealingKey
    this.#aad = bind(contexts.sealedStore, MAGIC, EnclaveKind.encode({ type: kind }))
  }

  /**
   * What was kept, or `undefined` if there is no file: only then may an enclave make new keys.
   *
   * @throws StoreError `store.unreadable`, `store.malformed`, `store.other-chain`
   * @example
   * const stored = store.read(client.genesis) ?? freshKeys(client)
   */
  read(genesis: Uint8Array): Stored | undefined {
    if (!existsSync(this.#file)) return undefined
    const bytes = new Uint8Array(readFileSync(this.#file))
    const body = MAGIC.length + NONCE_LENGTH
    if (!equalBytes(bytes.subarray(0, MAGIC.length), MAGIC)) throw new StoreError('store.unreadable', 'not a store')
    const plain = openWithNonce(this.#key, bytes.subarray(MAGIC.length, body), this.#aad, bytes.subarray(body))
    if (plain === undefined) {
      throw new StoreError('store.unreadable', 'damaged, or sealed by another program, machine or kind of enclave')
    }
    const stored = tryDecode(Stored, plain)
    plain.fill(0)
    if (!stored.ok) throw new StoreError('store.malformed', stored.reason)
    if (!equalBytes(stored.value.genesis, genesis)) throw new StoreError('store.other-chain', 'another genesis')
    return stored.value
  }

  /** Returns when the new content is on disk. */
  write(stored: Stored): void {
    // Random nonces: 2^32 writes under one key are far away (one a second for 136 years).
    const nonce = new Uint8Array(randomBytes(NONCE_LENGTH))
    const plain = Stored.encode(stored)
    writeDurably(this.#file, concatBytes(MAGIC, nonce, sealWithNonce(this.#key, nonce, this.#aad, plain)))
    plain.fill(0)
  }
}
