/** Opens a command: what its sender sealed to this contract, on this chain, in this epoch, and nobody else's copy of it. */
import { open } from '@pha/core/crypto'
import { Command, type ContractMessage, commandAad, contexts, type TopicMessage } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import type { ContractKeys } from './contract-keys.ts'

export interface CommandPlace {
  readonly genesis: Uint8Array
  readonly contract: Uint8Array
  /**
   * The keys of an epoch, `undefined` if no command of it is taken here.
   * @throws ReplicaError if they should be here and are not
   */
  readonly keysOf: (epoch: number) => ContractKeys | undefined
}

export interface OpenedCommand extends Command {
  /** The account that the chain saw sending it. */
  readonly caller: Uint8Array
}

/**
 * The command, or `undefined` if it is refused: sealed for another sender, contract, chain or epoch, or malformed. The
 * caller learns no reason: whoever may know has the plaintext.
 *
 * @param sender from the topic, where the chain put it; never from inside the envelope
 */
export async function openCommand(
  { genesis, contract, keysOf }: CommandPlace,
  { epoch, sealed }: Extract<ContractMessage, { type: 'Command' }>['value'],
  sender: TopicMessage['sender'],
): Promise<OpenedCommand | undefined> {
  const keys = keysOf(epoch)
  if (sender.type !== 'Account' || keys === undefined) return undefined
  const caller = sender.value
  const aad = commandAad(genesis, contract, epoch, caller)
  const plaintext = await open({ seed: keys.command.seed, context: contexts.command, aad, sealed })
  if (plaintext === undefined) return undefined
  const command = tryDecode(Command, plaintext)
  return command.ok ? { ...command.value, caller } : undefined
}
