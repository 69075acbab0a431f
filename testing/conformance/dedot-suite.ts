/** What dedot's users do, for each of its clients. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PHA } from '@pha/runtime/pallets'
import { bootNode, type NodeProcess, until } from '@pha/testing'
import { Keyring } from '@polkadot/api'
import type { DedotClient, LegacyClient } from 'dedot'

const keyring = new Keyring({ type: 'sr25519', ss58Format: 30 })
const alice = keyring.addFromUri('//Alice')
const bob = keyring.addFromUri('//Bob')

/** @param open connects to `ws://...` */
export function dedotSuite(title: string, open: (url: string) => Promise<LegacyClient | DedotClient>): void {
  describe(title, () => {
    let node: NodeProcess
    let client: LegacyClient | DedotClient
    before(async () => {
      node = await bootNode()
      client = await open(node.ws)
    })
    after(async () => {
      await client.disconnect()
      await node[Symbol.asyncDispose]()
    })

    const transfer = (amount: bigint) => client.tx.balances.transferKeepAlive(bob.address, amount)
    const freeOf = async (address: string): Promise<bigint> => (await client.query.system.account(address)).data.free

    it('connects and reads constants, state and entries', async () => {
      equal(client.genesisHash, node.genesis)
      equal(client.runtimeVersion.specName, 'phala')
      equal(client.consts.balances.existentialDeposit, PHA / 100n)
      ok((await freeOf(alice.address)) > 0n)
      ok((await client.query.system.account.entries()).length >= 6)
      const several = await client.query.system.account.multi([alice.address, bob.address])
      equal(several.length, 2)
    })

    it('calls the APIs of the runtime', async () => {
      deepEqual(await client.call.metadata.metadataVersions(), [14, 15, 16])
      equal((await client.call.core.version()).specName, 'phala')
    })

    it('sends a transfer and follows it to finality', async () => {
      const before = await freeOf(bob.address)
      const result = await transfer(3n * PHA)
        .signAndSend(alice)
        .untilFinalized()
      equal(result.dispatchError, undefined)
      ok(result.events.some(({ event }) => client.events.balances.Transfer.is(event)))
      equal(await freeOf(bob.address), before + 3n * PHA)
    })

    it('says the fee beforehand and names a failure', async () => {
      ok((await transfer(PHA).paymentInfo(alice)).partialFee > 0n)
      const refused = client.tx.proxy.removeProxy(bob.address, 'Any', 0)
      const { dispatchError } = await refused.signAndSend(alice).untilFinalized()
      ok(dispatchError !== undefined)
      equal(client.errors.proxy.NotFound.is(dispatchError), true)
    })

    it('follows a value, and reads an older block as it was', async () => {
      const seen: bigint[] = []
      const stop = await client.query.system.account(bob.address, ({ data }) => {
        seen.push(data.free)
      })
      const { status } = await transfer(7n * PHA)
        .signAndSend(alice)
        .untilFinalized()
      ok(status.type === 'Finalized')
      await until('the subscription told it', () => seen.length >= 2)
      await stop()
      equal((seen.at(-1) ?? 0n) - (seen[0] ?? 0n), 7n * PHA)
      const genesis = await client.at(node.genesis)
      equal((await genesis.query.system.number()) ?? 0, 0)
    })
  })
}
