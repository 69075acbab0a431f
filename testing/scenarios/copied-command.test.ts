import { deepEqual, equal, notDeepEqual, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { encodeCall } from '@pha/contract'
import { equalBytes, fromHex, toHex } from '@pha/core/codec'
import { blake2b256, seal } from '@pha/core/crypto'
import { Command, ContractMessage, commandAad, contexts, TopicMessage, topics } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { buildEnclave } from '@pha/enclave/build'
import { contracts } from '@pha/runtime/pallets'
import {
  type Client,
  createClient,
  deriveDevAccount,
  RpcError,
  type Signer,
  sendCall,
  waitForCommandKey,
  waitForReply,
} from '@pha/sdk'
import { bootNetwork, type ChannelRecorder, recordChannel, temporaryFolder, until } from '@pha/testing'
import { Tally } from './contracts/tally.ts'
import { askedForReply, deployTally, progressOf } from './deploy-tally.ts'

const ann = deriveDevAccount('//Alice')
const mallory = deriveDevAccount('//Eve')

type Sealed = Extract<ContractMessage, { type: 'Command' }>['value']

describe('a sealed command', () => {
  it('has no effect when another sender copies it, or it goes to another contract or another chain', async () => {
    await using folder = await temporaryFolder()
    const entry = 'enclave/src/testing/telling-worker/main.ts'
    const tellingWorker = await buildEnclave({ kind: 'worker', entry, outDir: folder.path })
    const told = new Map<string, ChannelRecorder>()
    for (const name of ['worker-1', 'worker-2', 'worker-3']) {
      told.set(name, await recordChannel(join(folder.path, name)))
    }
    await using network = await bootNetwork({
      workerPrograms: { 0: tellingWorker, 1: tellingWorker, 2: tellingWorker },
      enclaveCommand: (name) => told.get(name)?.command,
    })
    await using client = createClient({ url: network.nodeUrl })
    const [{ contract, tally }, { contract: other, tally: otherTally }] = await deployBoth(client)

    const honest = await tally.send.add({ amount: 5n, note: 'by Ann' })
    equal(t.u64.decode((await waitForReply(client, honest)).reply.output), 5n)
    const copied = await commandAt(client, contract, honest.sequence)

    /** Sends bytes as a command; resolves when the replicas have agreed on what they led to. */
    async function settled(to: Uint8Array, command: Sealed, signer: Signer): Promise<string> {
      const call = contracts.calls.send.encode({ contract: to, ...command })
      const { events } = await sendCall(client, { call, signer })
      const sequence = events
        .flatMap(({ type, value }) => (type === 'Contracts' && value.type === 'CommandSent' ? [value.value] : []))
        .find((sent) => equalBytes(sent.contract, to))?.sequence
      if (sequence === undefined) throw new Error('the chain did not order it')
      await until('it is settled', async () => (await progressOf(client, to)).committed >= sequence)
      for (const worker of network.workers) equal(await askedForReply(worker, to, sequence), 404)
      return outcomeOf([...told.values()], to, sequence)
    }

    // Mallory sends Ann's bytes as her own, hoping to learn or to double them.
    equal(await settled(contract, copied, mallory), 'Refused')
    // She sends them to a contract of her own making; even Ann's own signature does not carry them there.
    equal(await settled(other, copied, mallory), 'Refused')
    equal(await settled(other, copied, ann), 'Refused')
    // She plays a command of Ann's on another chain, where by some accident the contract's key and id were the same.
    const elsewhere = await sealedFor(client, contract, new Uint8Array(32).fill(7))
    equal(await settled(contract, elsewhere, ann), 'Refused')
    // Bytes that are no envelope at all.
    equal(await settled(contract, { ...copied, sealed: copied.sealed.map((byte) => byte ^ 1) }, mallory), 'Refused')
    // The chain itself refuses the extrinsic that it has included.
    const [extrinsic] = await extrinsicsOf(client, honest.block, honest.extrinsicHash)
    await rejects(
      client.rpc.request('author_submitExtrinsic', [extrinsic], AbortSignal.timeout(10_000)),
      (error) => error instanceof RpcError,
    )

    // Nothing changed for anybody, and Ann's next command finds everything as she left it.
    equal(await tally.query.total(), 5n)
    equal(await tally.query.given(), 5n)
    equal(await tally.query.given({}, { signer: mallory }), 0n)
    equal(await otherTally.query.total(), 0n)
    equal(await tally.job.add({ amount: 2n, note: 'by Ann' }), 7n)
    equal(await otherTally.job.add({ amount: 1n, note: 'by Ann' }), 1n)

    // The forged envelope was wrong in its chain only: sealed for this one, it works.
    const { hash } = await client.chain.genesis(AbortSignal.timeout(10_000))
    equal(await settled(contract, await sealedFor(client, contract, hash), ann), 'Ok')
    // Sent past this client's back, so its queries may still be answered from the block before.
    await until('the total is 10', async () => (await tally.query.total()) === 10n)
  })
})

async function deployBoth(client: Client) {
  const first = await deployTally(client)
  const second = await deployTally(client)
  notDeepEqual(first.contract, second.contract)
  return [first, second] as const
}

/** What everybody can read on chain. */
async function commandAt(client: Client, contract: Uint8Array, sequence: bigint): Promise<Sealed> {
  const topic = toHex(topics.contract(contract))
  const answer = await client.rpc.request('pha_messages', [topic, `${sequence}`, 1], AbortSignal.timeout(10_000))
  const [encoded] = answer as readonly string[]
  const message = TopicMessage.decode(fromHex(encoded ?? ''))
  const command = ContractMessage.decode(message.payload)
  deepEqual([message.sequence, command.type], [sequence, 'Command'])
  return command.value as Sealed
}

/** A command of Ann's, sealed to the contract's real key, with the genesis of any chain in its additional data. */
async function sealedFor(client: Client, contract: Uint8Array, genesis: Uint8Array): Promise<Sealed> {
  const { epoch, key } = await waitForCommandKey(client, contract)
  const { args } = Tally.interface.jobs.add
  const plaintext = Command.encode({ input: encodeCall('add', args, { amount: 3n, note: '' }), replyTo: undefined })
  const aad = commandAad(genesis, contract, epoch, ann.accountId)
  const { random } = client
  return { epoch, sealed: await seal({ recipient: key, context: contexts.command, aad, plaintext, random }) }
}

/** The extrinsic with this hash in a finalised block, as hexadecimal text. */
async function extrinsicsOf(client: Client, block: number, hash: Uint8Array): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(10_000)
  const blockHash = fromHex(String(await client.rpc.request('chain_getBlockHash', [block], signal)))
  const { body } = await client.blocks.contents(blockHash, signal)
  return body.filter((extrinsic) => equalBytes(blake2b256(extrinsic), hash)).map(toHex)
}

/** What the replicas that settled a message wrote to their logs about it; all say the same. */
async function outcomeOf(told: readonly ChannelRecorder[], contract: Uint8Array, sequence: bigint): Promise<string> {
  const outcomes = await until('a majority has told', async () => {
    const logs = await Promise.all(told.map(async (recorder) => (await recorder.recorded()).log.toString()))
    const receipts = logs.flatMap((log) => log.split('\n').filter((line) => line.includes('"event":"receipt"')))
    const found = receipts
      .map((line) => JSON.parse(line))
      .filter((receipt) => receipt.contract === toHex(contract) && receipt.sequence === `${sequence}`)
    return found.length >= 2 && found.map(({ outcome }) => outcome)
  })
  equal(new Set(outcomes).size, 1)
  return outcomes[0]
}
