import { equalBytes, toHex } from '@pha/core/codec'
import { blake2b256, seal } from '@pha/core/crypto'
import { Command, ContractMessage, commandAad, contexts } from '@pha/core/protocol'
import { contracts } from '@pha/runtime/pallets'
import { type CallOptions, deadline, FINALITY_TIMEOUT_MS, join } from '../call-options.ts'
import type { FinalisedExtrinsic } from '../chain/finalise.ts'
import type { Client } from '../client.ts'
import { PhaError } from '../errors.ts'
import type { Signer } from '../signer.ts'
import { sendCall } from './send-call.ts'
import { waitForCommandKey } from './wait-for-command-key.ts'

export interface SendCommandParams {
  readonly contract: Uint8Array
  /** What the contract reads: `encodeCall(method, fields, args)` of `@pha/contract`. */
  readonly input: Uint8Array
  readonly signer: Signer
  /** X-Wing public key that the reply is sealed to; the client's own `replyKey` if absent. */
  readonly replyTo?: Uint8Array
}

export interface SentCommand {
  readonly contract: Uint8Array
  /** Place among the contract's messages. */
  readonly sequence: bigint
  /** H of the sealed message: the receipt names it, so a reply to another command is noticed. */
  readonly commandHash: Uint8Array
  /** Number of the block that ordered it. */
  readonly block: number
  readonly extrinsicHash: Uint8Array
}

/** Keys change at the end of an epoch; more than one change while one command is sent is no accident. */
const ATTEMPTS = 2

/**
 * Sends a command that only the replicas of the contract can read.
 *
 * The command key is read by proof at a finalised block, so a lying node can delay the command but not make the client
 * encrypt to its own key. Every command carries a reply key: whether one is wanted would show in the size.
 *
 * Commands that one signer sends to a contract together are ordered as they were sent.
 *
 * @returns when the command is ordered and final; its result comes later (`waitForReply`)
 * @throws PhaError as `sendCall`; `sdk.contract-unknown`
 * @example
 * const sent = await sendCommand(client, { contract, input, signer: ann })
 * const { reply } = await waitForReply(client, sent)
 */
export async function sendCommand(
  client: Client,
  { contract, input, signer, replyTo = client.replyKey.publicKey }: SendCommandParams,
  options: CallOptions = {},
): Promise<SentCommand> {
  const signal = deadline(options, FINALITY_TIMEOUT_MS)
  const turn = client.turns.take(`${toHex(contract)}/${toHex(signer.accountId)}`)
  try {
    await join(turn.comes, signal, 'earlier commands of the same signer')
    return await sendInTurn(client, { contract, input, signer, replyTo }, signal, turn.end)
  } finally {
    turn.end()
  }
}

async function sendInTurn(
  client: Client,
  { contract, input, signer, replyTo }: Required<SendCommandParams>,
  signal: AbortSignal,
  onNonce: () => void,
): Promise<SentCommand> {
  const { hash: genesis } = await client.chain.genesis(signal)
  for (let attempt = 1; ; attempt++) {
    const { epoch, key } = await waitForCommandKey(client, contract, { signal })
    const sealed = await seal({
      recipient: key,
      context: contexts.command,
      aad: commandAad(genesis, contract, epoch, signer.accountId),
      plaintext: Command.encode({ input, replyTo }),
      random: client.random,
    })
    const call = contracts.calls.send.encode({ contract, epoch, sealed })
    try {
      const done = await sendCall(client, { call, signer, onNonce }, { signal })
      const commandHash = blake2b256(ContractMessage.encode({ type: 'Command', value: { epoch, sealed } }))
      const sequence = sequenceIn(done, contract)
      return { contract, sequence, commandHash, block: done.block.number, extrinsicHash: done.hash }
    } catch (error) {
      const epochEnded = error instanceof PhaError && error.dispatchError?.error === 'WrongEpoch'
      if (!epochEnded || attempt === ATTEMPTS) throw error
    }
  }
}

function sequenceIn({ events }: FinalisedExtrinsic, contract: Uint8Array): bigint {
  for (const event of events) {
    if (event.type !== 'Contracts' || event.value.type !== 'CommandSent') continue
    if (equalBytes(event.value.value.contract, contract)) return event.value.value.sequence
  }
  throw new PhaError('sdk.wrong-version', 'the chain ordered a command without saying where')
}
