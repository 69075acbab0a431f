/** Browser extensions, imitated in this process with the types and keys that they use: they see a payload, not the chain. */
import { equal, ok, rejects } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ss58Encode } from '@pha/core/codec'
import { PHA } from '@pha/runtime/pallets'
import { bootNode, type NodeProcess } from '@pha/testing'
import { Keyring } from '@polkadot/api'
import { Metadata, TypeRegistry } from '@polkadot/types'
import type { SignerPayloadJSON } from '@polkadot/types/types'
import { getPolkadotSignerFromPjs } from '@polkadot-api/pjs-signer'
import { createClient, Enum, type PolkadotClient } from 'polkadot-api'
import { getWsProvider } from 'polkadot-api/ws'
import { type Connection, connect, sendAndWait, transaction } from './polkadot-js-client.ts'

const keyring = new Keyring({ type: 'sr25519', ss58Format: 30 })
const alice = keyring.addFromUri('//Alice')
const bob = keyring.addFromUri('//Bob')
const BOB = ss58Encode(bob.addressRaw)

interface Signed {
  readonly id: number
  readonly signature: `0x${string}`
  readonly signedTransaction?: `0x${string}`
}

/**
 * What an extension does with a payload from a page: a registry of its own, the extensions that the payload names, and
 * the key. With `metadata` (as HEX, added by the user) it can show the call as well; without it shows only bytes.
 */
function extension(metadata?: string) {
  const seen: { payload: SignerPayloadJSON; shown: string | undefined }[] = []
  async function signPayload(payload: SignerPayloadJSON): Promise<Signed> {
    const registry = new TypeRegistry()
    let shown: string | undefined
    if (metadata !== undefined) {
      registry.setMetadata(new Metadata(registry, metadata as `0x${string}`), payload.signedExtensions)
      const { section, method } = registry.createType('Call', payload.method)
      shown = `${section}.${method}`
    }
    registry.setSignedExtensions(payload.signedExtensions)
    seen.push({ payload, shown })
    const extrinsicPayload = registry.createType('ExtrinsicPayload', payload, { version: payload.version })
    const { signature } = extrinsicPayload.sign(alice)
    // To build a whole transaction it has to know the call's shape.
    if (payload.withSignedTransaction !== true || metadata === undefined) return { id: seen.length, signature }
    const extrinsic = registry.createType('Extrinsic', { method: payload.method }, { version: payload.version })
    extrinsic.addSignature(payload.address, signature, payload)
    return { id: seen.length, signature, signedTransaction: extrinsic.toHex() }
  }
  return { seen, signPayload }
}

describe('a browser extension', () => {
  let node: NodeProcess
  let connection: Connection
  let client: PolkadotClient
  let metadata: string
  before(async () => {
    node = await bootNode()
    connection = await connect(node.ws)
    client = createClient(getWsProvider(node.ws))
    metadata = (await connection.api.rpc.state.getMetadata()).toHex()
  })
  after(async () => {
    client.destroy()
    await connection[Symbol.asyncDispose]()
    await node[Symbol.asyncDispose]()
  })

  it('signs for @polkadot/api without the metadata of the chain', async () => {
    const { api } = connection
    const wallet = extension()
    const call = transaction(api, 'balances.transferKeepAlive', BOB, PHA)
    const { error } = await sendAndWait(api, call, alice.address, { signer: wallet, tip: 3n })
    equal(error, undefined)
    equal(wallet.seen[0]?.payload.address, alice.address)
    equal(BigInt(wallet.seen[0]?.payload.tip ?? 0), 3n)
    equal(wallet.seen[0]?.payload.signedExtensions.length, 9)
  })

  it('shows the call with the metadata of the chain', async () => {
    const { api } = connection
    const wallet = extension(metadata)
    const call = transaction(api, 'balances.transferKeepAlive', BOB, PHA)
    equal((await sendAndWait(api, call, alice.address, { signer: wallet })).error, undefined)
    equal(wallet.seen[0]?.shown, 'balances.transferKeepAlive')
  })

  it('gives back a whole transaction that @polkadot/api sends as it is', async () => {
    const { api } = connection
    const wallet = extension(metadata)
    const call = transaction(api, 'system.remarkWithEvent', '0x0102')
    const options = { signer: wallet, withSignedTransaction: true }
    const { error, events } = await sendAndWait(api, call, alice.address, options)
    equal(error, undefined)
    ok(events.includes('system.Remarked'))
    equal(wallet.seen[0]?.payload.withSignedTransaction, true)
  })

  it('signs for polkadot-api, with a payload above 256 bytes too', async () => {
    const wallet = extension()
    const raw = async (): Promise<never> => {
      throw new Error('a transaction is never signed as raw bytes')
    }
    const signPayload = (payload: unknown) => wallet.signPayload(payload as SignerPayloadJSON)
    const signer = getPolkadotSignerFromPjs(alice.address, signPayload, raw)
    const api = client.getUnsafeApi()
    for (const remark of [new Uint8Array(3), new Uint8Array(1_000)]) {
      const result = await (api.tx['System']?.['remark_with_event']?.({ remark }) ?? missing()).signAndSubmit(signer)
      equal(result.ok, true)
      ok(result.events.some(({ value }) => value.type === 'Remarked'))
    }
    const dest = Enum('Id', BOB)
    const transfer = api.tx['Balances']?.['transfer_keep_alive']?.({ dest, value: PHA }) ?? missing()
    equal((await transfer.signAndSubmit(signer, { tip: 9n, mortality: { mortal: false } })).ok, true)
    equal(wallet.seen[2]?.payload.era, '0x00')
  })

  it('cannot sign for another account', async () => {
    const { api } = connection
    const call = transaction(api, 'balances.transferKeepAlive', BOB, PHA)
    await rejects(sendAndWait(api, call, bob.address, { signer: extension() }), /BadProof/)
  })
})

function missing(): never {
  throw new Error('the metadata lacks it')
}
