import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { encodeCall } from '@pha/contract'
import { fromHex, ss58Encode, toHex } from '@pha/core/codec'
import {
  type Client,
  contractClient,
  createClient,
  createPermit,
  delegatePermit,
  deriveDevAccount,
  type HeldPermit,
  openSession,
  permitKey,
  query,
  type ReplicaSession,
  revokeAllPermits,
  revokePermit,
  Secret,
  type WalletAccount,
} from '@pha/sdk'
import { bootNetwork, type NetworkHost, type TestNetwork, temporaryFolder, until } from '@pha/testing'
import { Keyring } from '@polkadot/api'
import { getPolkadotSignerFromPjs } from '@polkadot-api/pjs-signer'
import { Tally } from './contracts/tally.ts'
import { type DeployedTally, deployTally } from './deploy-tally.ts'

const bob = deriveDevAccount('//Bob')
const wallet = new Keyring({ type: 'sr25519', ss58Format: 30 }).addFromUri('//Bob')
const pha = fileURLToPath(new URL('../../client/cli/bin/pha.mjs', import.meta.url))
const run = promisify(execFile)

/** What a polkadot extension does with text from a page: shows it, wraps it, signs it. */
function extension() {
  const shown: string[] = []
  async function signRaw({ data }: { readonly data: string }) {
    const text = data.startsWith('0x') ? Buffer.from(data.slice(2), 'hex').toString() : data
    shown.push(text)
    return { id: shown.length, signature: toHex(wallet.sign(Buffer.from(`<Bytes>${text}</Bytes>`))) }
  }
  const account: WalletAccount = { address: wallet.address, signRaw }
  return { shown, account, signRaw }
}

describe('a permit of a wallet', () => {
  const resources = new AsyncDisposableStack()
  let network: TestNetwork
  let client: Client
  let deployed: DeployedTally
  before(async () => {
    network = resources.use(await bootNetwork())
    client = resources.use(createClient({ url: network.nodeUrl }))
    deployed = await deployTally(client)
    await deployed.tally.job.add({ amount: 5n, note: '' }, { signer: bob })
  })
  after(() => resources.disposeAsync())

  const tallyFor = (permit: HeldPermit) => contractClient(client, Tally, deployed.contract, { permit })
  /** As of a block or later: a replica that has not seen it yet would answer from before. */
  const given = (permit: HeldPermit, minimumBlock: number) =>
    query(client, { contract: deployed.contract, input: encodeCall('given', {}, {}), permit, minimumBlock })
  const isRevoked = refusedWith('permit.revoked', 'session.not-authorized')
  const scope = () => ({ site: 'pha-test', contracts: [{ contract: deployed.contract }] })

  it('is signed once, and then its key asks in the name of the account, on chain nothing', async () => {
    const { shown, account } = extension()
    const permit = await createPermit(client, { signer: account, ...scope() })
    const tally = tallyFor(permit)
    equal(await tally.query.given(), 5n, "Bob's own number")
    for (let i = 0; i < 3; i++) equal(await tally.query.given(), 5n)
    equal(shown.length, 1)
    match(
      shown[0] ?? '',
      new RegExp(`^pha/permits/permit/v1\n[^]*Account: ${ss58Encode(bob.accountId)}\nSite: pha-test\n`),
    )
    await rejects(async () => tally.job.add({ amount: 1n, note: '' }), { code: 'sdk.signer-missing' })
  })

  it('may be signed through pjs-signer, which hands the text over as hexadecimal', async () => {
    const { shown, signRaw } = extension()
    const unused = async () => {
      throw new Error('a permit is no transaction')
    }
    const signer = getPolkadotSignerFromPjs(wallet.address, unused, signRaw)
    const account: WalletAccount = {
      address: wallet.address,
      signRaw: async ({ data }) => ({ signature: toHex(await signer.signBytes(Buffer.from(data))) }),
    }
    const permit = await createPermit(client, { signer: account, ...scope() })
    equal(await tallyFor(permit).query.given(), 5n)
    equal(shown.length, 1)
  })

  it('is refused by the SDK when the wallet signed something else', async () => {
    const account: WalletAccount = {
      address: wallet.address,
      signRaw: async () => ({ signature: toHex(wallet.sign('something else')) }),
    }
    await rejects(createPermit(client, { signer: account, ...scope() }), { code: 'sdk.permit-refused' })
  })

  it('is handed on within its terms, and taken back at once with what was made from it', async () => {
    const permit = await createPermit(client, { signer: bob, ...scope() })
    const seed = Secret.from(crypto.getRandomValues(new Uint8Array(32)))
    const key = permitKey(seed)
    const { contract } = deployed
    await rejects(async () => delegatePermit(permit, { to: key.publicKey, uses: 1_001 }), {
      code: 'sdk.permit-refused',
    })
    const chain = delegatePermit(permit, { to: key.publicKey, contracts: [{ contract, methods: ['total'] }] })
    const narrow = tallyFor({ chain, key })
    equal(await narrow.query.total(), 5n)
    await rejects(narrow.query.given(), refusedWith('permit.wrong-method'))
    const wide = tallyFor(permit)
    equal(await wide.query.given(), 5n)

    // Sessions that are open end in that block; no new one begins.
    const first = await revokePermit(client, { chain: permit.chain, signer: bob })
    await rejects(given(permit, first.block.number), isRevoked)
    await rejects(given({ chain, key }, first.block.number), isRevoked)
    const other = await createPermit(client, { signer: bob, ...scope(), uses: 7 })
    equal(await tallyFor(other).query.given(), 5n)

    await client.chain.headAfter(
      (await client.chain.head(AbortSignal.timeout(5_000))).number,
      AbortSignal.timeout(10_000),
    )
    const all = await revokeAllPermits(client, { signer: bob })
    await rejects(given(other, all.block.number), isRevoked)
    equal(
      await contractClient(client, Tally, contract, { signer: bob }).query.given(),
      5n,
      'the account itself asks on',
    )
  })

  it('allows no query more when its worker is killed while it is asked, and loses only those on their way', async (test) => {
    const uses = 30
    const [host] = network.workers as [NetworkHost]
    const worker = host.identity()
    const permit = await createPermit(client, { signer: bob, ...scope(), workers: [worker], uses })
    const request = { type: 'Query', value: { input: encodeCall('given', {}, {}) } } as const
    let answered = 0
    let kills = 0

    /** Asks until the enclave is gone, or `true` when it says that nothing is left. */
    async function askOn(session: ReplicaSession): Promise<boolean> {
      for (;;) {
        const asked = session.ask(request, AbortSignal.timeout(20_000))
        if (kills < 3 && answered >= 8 * (kills + 1)) {
          kills++
          process.kill(host.running.enclavePid() ?? 0, 'SIGKILL')
        }
        const answer = await asked
        if (answer.type === 'Answer') answered++
        else return answer.type === 'Refused' && answer.value.code === 'permit.used-up'
      }
    }

    await until('the permit was used up', async () =>
      askOn(await openSession(client, { worker, contract: deployed.contract, permit })),
    )
    test.diagnostic(`${answered} of ${uses} queries were answered, over ${kills} kills`)
    equal(kills, 3)
    ok(answered <= uses && answered >= uses - kills, `${answered} answers`)
  })

  it('is made, shown, handed on and taken back by pha', async () => {
    await using folder = await temporaryFolder()
    const [file, narrower] = [join(folder.path, 'permit.json'), join(folder.path, 'narrower.json')]
    const source = fileURLToPath(new URL('contracts/tally.ts', import.meta.url))
    const cli = async (...args: string[]) => {
      const { stdout } = await run(pha, ['--json', '--url', network.nodeUrl, ...args], { timeout: 60_000 })
      return JSON.parse(stdout)
    }
    const id = toHex(deployed.contract)
    const made = await cli('permit', 'create', '--from', '//Bob', '--contract', `${id}:given,total`, '--out', file)
    deepEqual([made.contracts, made.held], [[{ contract: id, methods: ['given', 'total'] }], true])
    equal((await stat(file)).mode & 0o777, 0o600)
    deepEqual(await cli('permit', 'show', file), made)
    const ask = (method: string, permit: string) =>
      cli('query', method, '--permit', permit, '--contract', id, '--source', source)
    equal((await ask('given', file)).result, '5')

    const handed = await cli('permit', 'delegate', file, '--contract', `${id}:total`, '--uses', '2', '--out', narrower)
    deepEqual([handed.uses, handed.delegations, handed.site], [2, 1, 'pha'])
    equal((await ask('total', narrower)).result, '5')
    await rejects(ask('given', narrower))
    await rejects(cli('permit', 'delegate', narrower, '--uses', '3', '--out', join(folder.path, 'wider.json')))
    await rejects(cli('permit', 'create', '--from', '//Bob', '--contract', id, '--out', file), {
      stdout: /cli\.file-exists/,
    })

    const withoutKey = JSON.parse(await readFile(file, 'utf8'))
    equal(fromHex(withoutKey.key).length, 32)
    const { block } = await cli('permit', 'revoke', file, '--from', '//Bob')
    ok(block > 0)
    await rejects(ask('given', file))
    await rejects(ask('total', narrower))
  })
})

/** Every replica refused, each for one of these reasons. */
function refusedWith(...codes: readonly string[]) {
  return (error: { readonly code: string; readonly causes: readonly Error[] }) => {
    equal(error.code, 'sdk.no-replica-answered')
    ok(error.causes.length > 0)
    for (const { message } of error.causes)
      ok(
        codes.some((code) => message.includes(code)),
        message,
      )
    return true
  }
}
