/**
 * A journal in a file, each record sealed under its place. A host can put back an older file or cut this one, as it can
 * put back an older store. It can't take the file away unseen, take out a record before others, or read one.
 *
 * A crash leaves at most an end that nobody was told of: reading stops there, and writing goes on there.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, constants, existsSync, openSync, readFileSync, statSync, write } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { concatBytes, lengthPrefixed } from '@pha/core/codec'
import { openWithNonce, type Secret, sealWithNonce } from '@pha/core/crypto'
import { bind, type Context } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { enclaveLimits } from '../limits.ts'
import type { Journal } from './journal.ts'
import { StoreError } from './store-error.ts'
import { writeDurably } from './write-durably.ts'

export interface SealedJournalInit {
  readonly folder: string
  /** Name of the file. */
  readonly name: string
  /** What it is for: no journal is taken for another one. */
  readonly context: Context
  readonly genesis: Uint8Array
  readonly sealingKey: Secret
}

interface Waiting {
  readonly record: Uint8Array
  resolve(): void
  reject(error: unknown): void
}

const NONCE_LENGTH = 12
const LENGTH_BYTES = 4
/** Each write returns when it is on disk: Node's permission model, under which enclaves run, offers no fsync. */
const FLAGS = constants.O_WRONLY | constants.O_SYNC

const writeSome = promisify(write)

/**
 * @example
 * const journal = new SealedJournal({ folder, name: 'permits.journal', context: contexts.permitUses, genesis, sealingKey })
 * for (const record of journal.read()) note(record)
 * await journal.append(record)
 */
export class SealedJournal implements Journal {
  readonly #init: SealedJournalInit
  readonly #file: string
  readonly #waiting: Waiting[] = []
  #descriptor: number | undefined
  #isWriting = false
  /** Where the next record goes: its offset in the file, and its place among the records. */
  #end = 0
  #place = 0

  constructor(init: SealedJournalInit) {
    this.#init = init
    this.#file = join(init.folder, init.name)
  }

  get bytes(): number {
    return this.#end
  }

  /**
   * Makes an empty journal in the place of any. Has to be done before an enclave keeps anything else: then a memory
   * without a journal is one that the host took the journal away from.
   */
  begin(): void {
    this.#become([this.#sealed(0, new Uint8Array(0))])
  }

  /** @throws StoreError `store.unreadable` if there is no journal of this enclave, or one of more bytes than any has */
  read(): readonly Uint8Array[] {
    if (!existsSync(this.#file)) throw new StoreError('store.unreadable', 'the journal is gone')
    if (statSync(this.#file).size > enclaveLimits.journalBytes) throw new StoreError('store.unreadable', 'too long')
    const bytes = new Uint8Array(readFileSync(this.#file))
    const records: Uint8Array[] = []
    this.#end = 0
    for (;;) {
      const sealed = frameAt(bytes, this.#end)
      const record = sealed && this.#opened(records.length, sealed)
      if (sealed === undefined || record === undefined) break
      records.push(record)
      this.#end += LENGTH_BYTES + sealed.length
    }
    if (records.length === 0) throw new StoreError('store.unreadable', 'not the journal of this enclave')
    this.#place = records.length
    return records.slice(1) // the first one says that it is a journal
  }

  append(record: Uint8Array): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ record, resolve, reject })
    if (!this.#isWriting) void this.#write()
    return promise
  }

  replace(record: Uint8Array): void {
    this.#become([this.#sealed(0, new Uint8Array(0)), this.#sealed(1, record)])
    for (const { resolve } of this.#waiting.splice(0)) resolve()
  }

  #become(sealed: readonly Uint8Array[]): void {
    const bytes = concatBytes(...sealed)
    writeDurably(this.#file, bytes)
    // A write on its way needs the descriptor of the file that was; `#write` closes it then.
    if (this.#descriptor !== undefined && !this.#isWriting) closeSync(this.#descriptor)
    this.#descriptor = undefined
    this.#end = bytes.length
    this.#place = sealed.length
  }

  async #write(): Promise<void> {
    this.#isWriting = true
    while (this.#waiting.length > 0) await this.#writeTogether(this.#waiting.splice(0))
    this.#isWriting = false
  }

  /** Never rejects. */
  async #writeTogether(batch: readonly Waiting[]): Promise<void> {
    const bytes = concatBytes(...batch.map(({ record }, i) => this.#sealed(this.#place + i, record)))
    const outcome = await this.#put(bytes)
    if (outcome === 'written') {
      this.#end += bytes.length
      this.#place += batch.length
    }
    for (const { resolve, reject } of batch) {
      if (outcome === 'written' || outcome === 'replaced') resolve()
      else reject(outcome.error)
    }
  }

  /** What the disk has of a failed write is written over by what comes next. */
  async #put(bytes: Uint8Array): Promise<'written' | 'replaced' | { readonly error: unknown }> {
    let result: 'written' | { readonly error: unknown } = 'written'
    try {
      if (this.#end + bytes.length > enclaveLimits.journalBytes) throw new StoreError('store.full')
      this.#descriptor ??= openSync(this.#file, FLAGS)
    } catch (error) {
      return { error }
    }
    const descriptor = this.#descriptor
    try {
      await writeAll(descriptor, bytes, this.#end)
    } catch (error) {
      result = { error }
    }
    if (this.#descriptor === descriptor) return result
    closeSync(descriptor)
    return 'replaced'
  }

  /** Random nonces: 2^32 records under one key are a thousand a second for 50 days, of which replacing leaves few. */
  #sealed(place: number, record: Uint8Array): Uint8Array {
    const nonce = new Uint8Array(randomBytes(NONCE_LENGTH))
    const { sealingKey } = this.#init
    return lengthPrefixed(concatBytes(nonce, sealWithNonce(sealingKey, nonce, this.#aad(place), record)))
  }

  #opened(place: number, sealed: Uint8Array): Uint8Array | undefined {
    const nonce = sealed.subarray(0, NONCE_LENGTH)
    return openWithNonce(this.#init.sealingKey, nonce, this.#aad(place), sealed.subarray(NONCE_LENGTH))
  }

  #aad(place: number): Uint8Array {
    const { context, genesis } = this.#init
    return bind(context, genesis, t.u32.encode(place))
  }
}

async function writeAll(descriptor: number, bytes: Uint8Array, at: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await writeSome(descriptor, bytes, written, bytes.length - written, at + written)
    written += bytesWritten
  }
}

/** `undefined` where the file ends before it. */
function frameAt(bytes: Uint8Array, offset: number): Uint8Array | undefined {
  const start = offset + LENGTH_BYTES
  if (start > bytes.length) return undefined
  const length = t.u32.decode(bytes.subarray(offset, start))
  return start + length > bytes.length ? undefined : bytes.subarray(start, start + length)
}
