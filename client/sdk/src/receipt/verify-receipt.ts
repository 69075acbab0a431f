/**
 * Checks a receipt offline, from public data alone: genesis -> authority -> finalised header -> state -> the replicas'
 * commit -> receipt -> output. Pure; trusts nobody but the chain's authority and the TEEs it names.
 */
import { equalBytes, type Hex, toHex } from '@pha/core/codec'
import { advance, type LightClient, readProven, startFrom, verifyReply } from '@pha/core/light-client'
import { FinalisedHeader, Header, type Outcome, Reply, type Tee } from '@pha/core/protocol'
import { type Type, tryDecode } from '@pha/core/schema'
import { contracts, type FinalCommit, registry } from '@pha/runtime/pallets'
import { type ReadReceipt, type ReceiptBytes, readReceiptFile } from './receipt-file.ts'

/** A replica that signed the result. */
export interface AgreeingReplica {
  readonly identity: Hex
  /** `undefined` if it was no longer registered when the receipt was made. */
  readonly enclave:
    | { readonly tee: Tee['type']; readonly measurement: Hex; readonly level: number; readonly active: boolean }
    | undefined
}

export interface ReceiptFacts {
  readonly genesisHash: Hex
  /** Whether the caller named this chain. If not, the file chose it, and proves things about that chain only. */
  readonly chainPinned: boolean
  /** The finalised block whose state shows all this. */
  readonly block: { readonly number: number; readonly hash: Hex }
  readonly contract: Hex
  /** The code that ran. */
  readonly codeHash: Hex
  readonly deployer: Hex
  /** Place of the command among the contract's messages. */
  readonly sequence: bigint
  /** H of the sealed command. */
  readonly commandHash: Hex
  readonly batch: number
  /** Block in which the batch was settled. */
  readonly settledAt: number
  /** State root of the contract after the batch. */
  readonly stateRoot: Hex
  readonly outcome: Outcome['type']
  /** What the contract answered; its declaration says how to read it. */
  readonly output: Uint8Array
  /** Replicas that the policy asks for. */
  readonly replicas: number
  readonly agreed: readonly AgreeingReplica[]
  /**
   * At least one of the agreed ran on the simulated TEE, or is registered no more, so that nobody can tell: the receipt
   * proves nothing about hardware.
   */
  readonly simulated: boolean
}

export type ReceiptRefusal =
  | Extract<ReadReceipt, { ok: false }>['reason']
  /** The genesis header and its proof name no authority. */
  | 'receipt.bad-genesis'
  /** Another chain than the one that the caller named. */
  | 'receipt.wrong-chain'
  /** The header's finality proof does not verify. */
  | 'receipt.forged-header'
  /** The nodes do not lead from the header's state root to what the receipt needs. */
  | 'receipt.bad-proof'
  /** The chain knows no such contract or no such settled batch. */
  | 'receipt.not-settled'
  | 'receipt.other-batch'
  | 'receipt.not-included'
  | 'receipt.output-mismatch'
  /** The receipt names another message than the one at its place in the batch. */
  | 'receipt.wrong-position'
  /** Not more than half of the replicas agreed. */
  | 'receipt.no-majority'

export type ReceiptVerdict =
  | { readonly ok: true; readonly facts: ReceiptFacts }
  | { readonly ok: false; readonly reason: ReceiptRefusal }

/**
 * What a receipt proves, or why it proves nothing. Never throws, whatever the file holds.
 *
 * @param file text or parsed JSON of a `ReceiptFile`
 * @param options `genesisHash`: the chain that you mean. Without it a file about any chain verifies; see `chainPinned`
 * @example
 * const verdict = verifyReceipt(await readFile('answer.receipt.json', 'utf8'), { genesisHash })
 * if (verdict.ok) console.log(verdict.facts.codeHash, verdict.facts.agreed.length)
 */
export function verifyReceipt(file: unknown, { genesisHash }: { readonly genesisHash?: Hex } = {}): ReceiptVerdict {
  const read = readReceiptFile(file)
  if (!read.ok) return read
  const followed = follow(read.bytes)
  if (!followed.ok) return followed
  const { chain } = followed
  if (genesisHash !== undefined && toHex(chain.genesis) !== genesisHash.toLowerCase())
    return refuse('receipt.wrong-chain')
  const reply = tryDecode(Reply, read.bytes.reply)
  if (!reply.ok) return refuse('receipt.malformed')
  const settled = readSettled(chain, read.bytes, reply.value)
  if (!settled.ok) return settled
  const { contract, commit, agreed } = settled
  const check = verifyReply(commit.commit, reply.value)
  if (!check.ok) return check
  const { receipt, position, batch, output } = reply.value
  const { from, to, newRoot } = commit.commit
  if (receipt.sequence !== from + BigInt(position) || receipt.sequence > to) return refuse('receipt.wrong-position')
  if (commit.voters.length * 2 <= contract.policy.replicas) return refuse('receipt.no-majority')
  return {
    ok: true,
    facts: {
      genesisHash: toHex(chain.genesis),
      chainPinned: genesisHash !== undefined,
      block: { number: chain.newest.number, hash: toHex(chain.newest.hash) },
      contract: toHex(reply.value.contract),
      codeHash: toHex(commit.codeHash),
      deployer: toHex(contract.deployer),
      sequence: receipt.sequence,
      commandHash: toHex(receipt.command),
      batch,
      settledAt: commit.block,
      stateRoot: toHex(newRoot),
      outcome: receipt.outcome.type,
      output,
      replicas: contract.policy.replicas,
      agreed,
      simulated: agreed.some(({ enclave }) => enclave === undefined || enclave.tee === 'Simulated'),
    },
  }
}

type Refused = { readonly ok: false; readonly reason: ReceiptRefusal }

function follow(bytes: ReceiptBytes): { readonly ok: true; readonly chain: LightClient } | Refused {
  const genesisHeader = tryDecode(Header, bytes.genesisHeader)
  const finalised = tryDecode(FinalisedHeader, bytes.finalised)
  if (!genesisHeader.ok || !finalised.ok) return refuse('receipt.malformed')
  const started = startFrom({ genesisHeader: genesisHeader.value, genesisProof: bytes.genesisProof })
  if (!started.ok) return refuse('receipt.bad-genesis')
  const moved = advance(started.client, finalised.value)
  return moved.ok ? { ok: true, chain: moved.client } : refuse('receipt.forged-header')
}

type Settled =
  | {
      readonly ok: true
      readonly contract: Contract
      readonly commit: FinalCommit
      readonly agreed: readonly AgreeingReplica[]
    }
  | Refused
type Contract = NonNullable<ReturnType<typeof contracts.storage.contracts.decode>>

function readSettled({ newest }: LightClient, { proof }: ReceiptBytes, { contract: id, batch }: Reply): Settled {
  const { contracts: items, commits } = contracts.storage
  const read = readProven(newest.stateRoot, proof, [items.key(id), commits.key(id, batch)])
  if (!read.ok) return refuse('receipt.bad-proof')
  const contract = present(items.type, read.values[0])
  const commit = present(commits.type, read.values[1])
  if (contract === undefined || commit === undefined) return refuse('receipt.not-settled')
  // A voter that is counted twice would make a majority out of one.
  const voters = commit.voters.filter((voter, i) => commit.voters.findIndex((one) => equalBytes(one, voter)) === i)
  const { workers } = registry.storage
  const enclaves = readProven(
    newest.stateRoot,
    proof,
    voters.map((voter) => workers.key(voter)),
  )
  if (!enclaves.ok) return refuse('receipt.bad-proof')
  const agreed = voters.map((voter, i): AgreeingReplica => {
    const worker = present(workers.type, enclaves.values[i])
    return {
      identity: toHex(voter),
      enclave: worker && {
        tee: worker.tee.type,
        measurement: toHex(worker.measurement),
        level: worker.level,
        active: worker.status.type === 'Active',
      },
    }
  })
  return { ok: true, contract, commit: { ...commit, voters }, agreed }
}

function present<T>(type: Type<T>, stored: Uint8Array | undefined): T | undefined {
  if (stored === undefined) return undefined
  const decoded = tryDecode(type, stored)
  return decoded.ok ? decoded.value : undefined
}

function refuse(reason: ReceiptRefusal): Refused {
  return { ok: false, reason }
}
