/** The keys of one contract that this worker holds at one block, and which of them each batch and command takes. */
import { epochOfBatch, firstReadableBatch, type KeyEpochs } from '@pha/core/protocol'
import type { ContractKeys } from './contract-keys.ts'
import { ReplicaError } from './replica-error.ts'

export class HeldKeys {
  /** Of the epoch in force. */
  readonly current: ContractKeys
  readonly epochs: KeyEpochs
  readonly #former: ContractKeys | undefined

  /** @param former keys of the epoch before, while it is not closed */
  constructor(epochs: KeyEpochs, current: ContractKeys, former: ContractKeys | undefined) {
    this.epochs = epochs
    this.current = current
    this.#former = former
  }

  /** The oldest batch that these keys open. */
  get firstBatch(): number {
    return firstReadableBatch(this.epochs)
  }

  /** Newest first. */
  get all(): readonly ContractKeys[] {
    return this.#former === undefined ? [this.current] : [this.current, this.#former]
  }

  /**
   * What a batch is executed and sealed with, on every replica.
   * @throws ReplicaError `replica.epoch-closed`
   */
  ofBatch(batch: number): ContractKeys {
    return this.#ofEpoch(epochOfBatch(this.epochs, batch), `batch ${batch}`)
  }

  /**
   * What a command in a batch was sealed to, or `undefined` if the chain takes no such command into it.
   *
   * Refusing a command for want of a key would be a result that other replicas do not come to, so that throws.
   * @throws ReplicaError `replica.epoch-closed`
   */
  ofCommand(batch: number, epoch: number): ContractKeys | undefined {
    const batchEpoch = this.ofBatch(batch).epoch
    if (epoch !== batchEpoch && epoch !== batchEpoch - 1) return undefined
    return this.#ofEpoch(epoch, `a command of epoch ${epoch}`)
  }

  #ofEpoch(epoch: number | undefined, what: string): ContractKeys {
    const keys = this.all.find((held) => held.epoch === epoch)
    if (keys === undefined) throw new ReplicaError('replica.epoch-closed', what)
    return keys
  }
}
