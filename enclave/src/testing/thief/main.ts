/**
 * What a thief opens who has a worker's disk and its platform's sealing key: the contract keys in its sealed store, tried on
 * commands and deltas that everybody may have. JSON in on standard input, JSON out; it knows no more than it is given.
 *
 *   node enclave/src/testing/thief/main.ts < haul.json
 */
import { text } from 'node:stream/consumers'
import { fromHex } from '@pha/core/codec'
import { open } from '@pha/core/crypto'
import { commandAad, contexts } from '@pha/core/protocol'
import { deriveContractKeys } from '../../pruntime/contract-keys.ts'
import { openDelta } from '../../pruntime/delta.ts'
import { SealedStore } from '../../store/sealed-store.ts'
import { simulatedTee } from '../../tee/simulated.ts'

interface Haul {
  /** Folder of the store, and the bundle that sealed it. */
  readonly store: string
  readonly bundle: string
  readonly genesis: string
  readonly contract: string
  readonly commands: readonly { readonly epoch: number; readonly sender: string; readonly sealed: string }[]
  readonly deltas: readonly { readonly batch: number; readonly blob: string }[]
}

const haul = JSON.parse(await text(process.stdin)) as Haul
const [genesis, contract] = [fromHex(haul.genesis), fromHex(haul.contract)]
const sealingKey = simulatedTee(haul).sealingKey(contexts.sealedStore)
if (sealingKey === undefined) throw new Error('the platform gives no sealing key')
const stored = new SealedStore({ folder: haul.store, kind: 'Worker', sealingKey }).read(genesis)
if (stored === undefined) throw new Error('there is no store')
const keys = stored.contractKeys.map(({ key, epoch }) => deriveContractKeys(key, epoch))

const { identitySeed, agreement } = stored
const others = [identitySeed, agreement.listed, agreement.next, agreement.former?.seed]

async function opensCommand({ epoch, sender, sealed }: Haul['commands'][number]): Promise<boolean> {
  const aad = commandAad(genesis, contract, epoch, fromHex(sender))
  const seeds = [...keys.map(({ command }) => command.seed), ...others]
  for (const seed of seeds) {
    if (seed === undefined) continue
    if ((await open({ seed, context: contexts.command, aad, sealed: fromHex(sealed) })) !== undefined) return true
  }
  return false
}

const opensDelta = ({ batch, blob }: Haul['deltas'][number]): boolean =>
  keys.some(({ state }) => openDelta(state, { genesis, contract, batch }, fromHex(blob)) !== undefined)

const commands: boolean[] = []
for (const command of haul.commands) commands.push(await opensCommand(command))
const epochs = stored.contractKeys.map(({ epoch }) => epoch)
process.stdout.write(JSON.stringify({ epochs, commands, deltas: haul.deltas.map(opensDelta) }))
