/** Everything that replicas of one contract derive from its key of one epoch (protocol.md, "Keys"). */
import { type AgreementKey, blake2b256, deriveSecret, generateAgreementKey, type Secret } from '@pha/core/crypto'
import { bind, contexts } from '@pha/core/protocol'
import { t } from '@pha/core/schema'

export interface ContractKeys {
  readonly epoch: number
  /** Commands are sealed to this. */
  readonly command: AgreementKey
  /** AES-SIV key of deltas and snapshots, 64 bytes. */
  readonly state: Secret
  /** Entry of the state that keeps its root from being guessed. */
  readonly stateSalt: Secret
  readonly results: Secret
  readonly seeds: Secret
}

const NO_INFO = new Uint8Array(0)

/**
 * @param key 64 bytes: the threshold PRF on (genesis, contract, epoch), so `info` need not repeat them
 * @example
 * const keys = deriveContractKeys(Secret.from(stored.key), stored.epoch)
 */
export function deriveContractKeys(key: Secret, epoch: number): ContractKeys {
  return {
    epoch,
    command: generateAgreementKey(deriveSecret(key, contexts.commandKey, t.u32.encode(epoch), 32)),
    state: deriveSecret(key, contexts.stateKey, NO_INFO, 64),
    stateSalt: deriveSecret(key, contexts.stateSalt, NO_INFO, 32),
    results: deriveSecret(key, contexts.resultSalt, NO_INFO, 32),
    seeds: deriveSecret(key, contexts.executionSeed, NO_INFO, 32),
  }
}

/** Salt of one message's result: shown to its recipient, says nothing about other messages. */
export function resultSalt({ results }: ContractKeys, sequence: bigint): Uint8Array {
  return Uint8Array.from(deriveSecret(results, contexts.resultSalt, t.u64.encode(sequence), 32).expose())
}

export interface SeedPlace {
  readonly contract: Uint8Array
  readonly sequence: bigint
  /** From the beacon, as the chain has it; batches of older runtimes have none. */
  readonly batchSeed: Uint8Array | undefined
}

/**
 * Randomness of one message, fixed before it runs: starting an enclave again draws no other. Nobody knows it without the
 * contract's key, nor before the message's batch is open with it.
 */
export function executionSeed({ seeds }: ContractKeys, { contract, sequence, batchSeed }: SeedPlace): Uint8Array {
  const parts = [seeds.expose(), contract, t.u64.encode(sequence), ...(batchSeed === undefined ? [] : [batchSeed])]
  return blake2b256(bind(contexts.executionSeed, ...parts))
}
