/** Contract keys of this worker: derived once, kept sealed, erased when their epoch is over or the contract moves elsewhere. */
import { equalBytes, toHex } from '@pha/core/codec'
import { Secret } from '@pha/core/crypto'
import type { Memory } from '../service/memory.ts'
import { type ContractKeys, deriveContractKeys } from './contract-keys.ts'

export class Keyring {
  readonly #memory: Memory
  readonly #derived = new Map<string, ContractKeys>()

  constructor(memory: Memory) {
    this.#memory = memory
  }

  find(contract: Uint8Array, epoch: number): ContractKeys | undefined {
    const name = nameOf(contract, epoch)
    const known = this.#derived.get(name)
    if (known !== undefined) return known
    const stored = this.#memory.content.contractKeys.find(
      (entry) => entry.epoch === epoch && equalBytes(entry.contract, contract),
    )
    if (stored === undefined) return undefined
    const keys = deriveContractKeys(stored.key, epoch)
    this.#derived.set(name, keys)
    return keys
  }

  /** Returns when the key is sealed on disk. */
  add(contract: Uint8Array, epoch: number, key: Secret): void {
    if (this.find(contract, epoch) !== undefined) return
    const { contractKeys } = this.#memory.content
    // A copy: the caller wipes his.
    const stored = { contract, epoch, key: Secret.from(key.expose()) }
    this.#memory.change({ contractKeys: [...contractKeys, stored] })
  }

  /** Whether there is a key of an epoch that is not among these. */
  hasOthers(contract: Uint8Array, epochs: readonly number[]): boolean {
    return this.#memory.content.contractKeys.some(
      (entry) => equalBytes(entry.contract, contract) && !epochs.includes(entry.epoch),
    )
  }

  /** Erases all keys of a contract but those of some epochs. Returns when the store on disk has them no more. */
  remove(contract: Uint8Array, except: readonly number[] = []): void {
    const { contractKeys } = this.#memory.content
    const stays = (epoch: number): boolean => except.includes(epoch)
    const kept = contractKeys.filter((entry) => !equalBytes(entry.contract, contract) || stays(entry.epoch))
    if (kept.length !== contractKeys.length) this.#memory.change({ contractKeys: kept })
    for (const stored of contractKeys) if (!kept.includes(stored)) stored.key.wipe()
    for (const [name, { epoch, command, state, stateSalt, results, seeds }] of this.#derived) {
      if (!name.startsWith(toHex(contract)) || stays(epoch)) continue
      for (const secret of [command.seed, state, stateSalt, results, seeds]) secret.wipe()
      this.#derived.delete(name)
    }
  }
}

function nameOf(contract: Uint8Array, epoch: number): string {
  return `${toHex(contract)}/${epoch}`
}
