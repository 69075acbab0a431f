import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { buildRuntime } from '@pha/host/runtime'
import { balances, RUNTIME_VERSION, sudo, system, utility } from '@pha/runtime/pallets'
import {
  type Client,
  createClient,
  deriveDevAccount,
  getAccount,
  PhaError,
  readStorage,
  sendCall,
  transfer,
} from '@pha/sdk'
import { bootNode, type NodeProcess, until } from '../src/index.ts'

const [V2, V3] = [1_001, 1_002]
const [alice, bob] = [deriveDevAccount('//Alice'), deriveDevAccount('//Bob')]
const [charlie, eve] = [deriveDevAccount('//Charlie'), deriveDevAccount('//Eve')]

const versionOf = (specVersion: number, entry: string) =>
  buildRuntime({
    entry: `testing/src/runtimes/${entry}.ts`,
    replaced: {
      'runtime/src/pallets/system/spec-version.ts': `testing/src/runtimes/spec-version-${specVersion}.ts`,
    },
  })

describe('a client of the SDK on a chain that is upgraded', () => {
  let node: NodeProcess
  let client: Client
  before(async () => {
    node = await bootNode()
    client = createClient({ url: node.ws })
  })
  after(async () => {
    client.close()
    await node[Symbol.asyncDispose]()
  })

  const specVersion = async () => (await readStorage(client, system.storage.lastRuntimeUpgrade, []))?.specVersion
  const upgradeTo = async (code: Uint8Array): Promise<void> => {
    const setCode = { type: 'System', value: { type: 'setCode', value: { code } } } as const
    const { events } = await sendCall(client, { call: sudo.calls.sudo.encode({ call: setCode }), signer: alice })
    ok(events.some(({ type, value }) => type === 'System' && value.type === 'CodeUpdated'))
  }

  it('sends on, before, while and after, and loses no call and makes none twice', { timeout: 300_000 }, async () => {
    const start = await getAccount(client, eve.accountId)
    const [v2, v3] = await Promise.all([versionOf(V2, 'notes-with-numbers'), versionOf(V3, 'notes-with-texts')])
    const sent = new Map<typeof bob, number>()
    const loading = new AbortController()
    const load = [bob, charlie].map(async (signer) => {
      while (!loading.signal.aborted) {
        await transfer(client, { to: eve.accountId, amount: 1n, signer })
        sent.set(signer, (sent.get(signer) ?? 0) + 1)
      }
    })
    const failed = Promise.all(load)
    const moreOfEach = async (): Promise<void> => {
      const before = new Map(sent)
      const moved = until('both senders go on', () =>
        [bob, charlie].every((signer) => (sent.get(signer) ?? 0) > (before.get(signer) ?? 0) + 2),
      )
      await Promise.race([moved, failed])
    }
    await moreOfEach()
    for (const [version, code] of [
      [V2, v2],
      [V3, v3],
    ] as const) {
      await upgradeTo(code)
      await moreOfEach()
      equal(await specVersion(), version)
    }
    loading.abort()
    await failed
    const total = [...sent.values()].reduce((sum, count) => sum + count, 0)
    equal((await getAccount(client, eve.accountId)).free - start.free, BigInt(total))
    for (const signer of [bob, charlie]) equal((await getAccount(client, signer.accountId)).nonce, sent.get(signer))
  })

  it('makes calls inside calls there, and is told by name why one failed', async () => {
    ok((await specVersion()) !== RUNTIME_VERSION.specVersion)
    const dest = { type: 'Id', value: eve.accountId } as const
    const give = (value: bigint) =>
      ({ type: 'Balances', value: { type: 'transferKeepAlive', value: { dest, value } } }) as const
    const call = utility.calls.batchAll.encode({ calls: [give(1n), give(2n)] })
    const { events } = await sendCall(client, { call, signer: bob })
    const amounts = events.flatMap(({ type, value }) =>
      type === 'Balances' && value.type === 'Transfer' ? [value.value.amount] : [],
    )
    deepEqual(amounts, [1n, 2n])
    const tooMuch = balances.calls.transferKeepAlive.encode({ dest, value: 2n ** 100n })
    const failure = await sendCall(client, { call: tooMuch, signer: bob }).catch((error: unknown) => error)
    ok(failure instanceof PhaError)
    equal(failure.code, 'sdk.dispatch-failed')
    equal(failure.dispatchError?.error, 'FundsUnavailable')
  })
})
