/** What travels to a contract and back: sealed commands, commits, receipts, replies. */
import { blake2b256 } from '../crypto/hash.ts'
import { type Infer, t } from '../schema/index.ts'
import { bind } from './bind.ts'
import { contexts } from './contexts.ts'
import { limits } from './limits.ts'
import { agreementKey } from './registration.ts'

/** What the sender seals: the call as the contract reads it, and where a result is to be sealed to. */
export const Command = t.struct('Command', {
  input: t.boundedBytes(limits.input),
  replyTo: t.option(agreementKey),
})
export type Command = Infer<typeof Command>

/** Messages of the topics `contract/<id>`. */
export const ContractMessage = t.enum('ContractMessage', {
  /** The first message of every contract: public arguments of its constructor. Sender: the deployer. */
  Init: { input: t.boundedBytes(limits.input) },
  /** A `Command` sealed to the contract's command key of `epoch`. */
  Command: { epoch: t.u32, sealed: t.boundedBytes(limits.command) },
})
export type ContractMessage = Infer<typeof ContractMessage>

/** Additional data of a command's envelope: a copy by another sender, to another contract or chain does not open. */
export function commandAad(genesis: Uint8Array, contract: Uint8Array, epoch: number, sender: Uint8Array): Uint8Array {
  return bind(contexts.command, genesis, contract, t.u32.encode(epoch), sender)
}

export const Outcome = t.enum('Outcome', {
  /** The contract answered. */
  Ok: null,
  /** The contract refused with an error of its own; the text is in the sealed reply only. */
  Rejected: null,
  /** The command could not be opened or read: wrong sender, contract, chain or epoch, or malformed. No effect. */
  Refused: null,
  /** The contract broke a limit or threw; no effect. */
  Trapped: null,
})
export type Outcome = Infer<typeof Outcome>

/** One leaf under `receiptsRoot`. `command` is H(payload); `result` is `resultCommitment`. */
export const Receipt = t.struct('Receipt', { sequence: t.u64, command: t.hash, outcome: Outcome, result: t.hash })
export type Receipt = Infer<typeof Receipt>

/** Hides a result from who guesses it: the salt is known to the replicas and the recipient only. */
export function resultCommitment(salt: Uint8Array, output: Uint8Array): Uint8Array {
  return blake2b256(bind(contexts.result, salt, output))
}

/** Sealed to `Command.replyTo`. `proof` leads from `receipt` to the `receiptsRoot` of the contract's batch `batch`. */
export const Reply = t.struct('Reply', {
  contract: t.bytes32,
  batch: t.u32,
  position: t.u32,
  receipt: Receipt,
  salt: t.bytes32,
  output: t.boundedBytes(limits.output),
  proof: t.boundedVec(t.bytes, limits.proofNodes),
})
export type Reply = Infer<typeof Reply>

/**
 * Smallest padded length of a reply: outputs up to some 2 KB, rejections and traps among them, look alike. What was asked
 * and whether it was answered would show in smaller steps.
 */
export const REPLY_PADDING = 4_096

export function replyAad(genesis: Uint8Array, contract: Uint8Array, sequence: bigint): Uint8Array {
  return bind(contexts.reply, genesis, contract, t.u64.encode(sequence))
}

/** Effects on chain, dispatched when the commit that carries them is final. */
export const Outgoing = t.enum('Outgoing', { Transfer: { to: t.accountId, amount: t.u128 } })
export type Outgoing = Infer<typeof Outgoing>

/** What a replica says that processing messages `from` to `to` led to; signed by its identity. */
export const Commit = t.struct('Commit', {
  contract: t.bytes32,
  batch: t.u32,
  from: t.u64,
  to: t.u64,
  previousRoot: t.hash,
  newRoot: t.hash,
  deltaCid: t.boundedBytes(limits.cid),
  outgoing: t.boundedVec(Outgoing, limits.batch),
  receiptsRoot: t.hash,
})
export type Commit = Infer<typeof Commit>

/** The state root of a contract before its first message. */
export const EMPTY_STATE_ROOT = new Uint8Array(32)
