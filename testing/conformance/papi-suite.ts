/** What polkadot-api's users do, for a node that serves every group of methods and for one that serves the older ones. */
import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { ss58Encode, toHex } from '@pha/core/codec'
import { deriveDevAccount, type Keypair, keypairFromSeed, Secret } from '@pha/core/crypto'
import { PHA } from '@pha/runtime/pallets'
import { bootNode, type NodeProcess, until } from '@pha/testing'
import { createClient, Enum, type PolkadotClient, type TypedApi } from 'polkadot-api'
import { getPolkadotSigner, withMetadataHash } from 'polkadot-api/signer'
import { getWsProvider } from 'polkadot-api/ws'
import { generateDescriptors, type Project } from './papi-descriptors.ts'

const TYPES = { sr25519: 'Sr25519', ed25519: 'Ed25519', ecdsa: 'Ecdsa' } as const
const alice = deriveDevAccount('//Alice')
const bob = deriveDevAccount('//Bob')
const seed = Secret.from(new Uint8Array(32).fill(7))
const others = (['ed25519', 'ecdsa'] as const).map((scheme) => keypairFromSeed(scheme, seed))
const BOB = ss58Encode(bob.accountId)
const run = promisify(execFile)

/** A wallet of this key; what the library calls the public key is that of the account, which differs for ecdsa. */
export function signerOf(pair: Keypair) {
  return getPolkadotSigner(pair.accountId, TYPES[pair.scheme], (payload) => pair.sign(payload))
}

/**
 * Declares the suite.
 * @param args of the node
 */
export function polkadotApiSuite(title: string, args: readonly string[]): void {
  describe(title, () => {
    let node: NodeProcess
    let project: Project
    let client: PolkadotClient
    // The descriptors are generated while the test runs, so their types cannot be known before.
    let api: TypedApi<Parameters<PolkadotClient['getTypedApi']>[0]>
    before(async () => {
      node = await bootNode({ args, endowments: others.map(({ accountId }) => [accountId, 100n * PHA] as const) })
      project = await generateDescriptors(node.ws)
      client = createClient(getWsProvider(node.ws))
      const { phala } = await import(project.descriptors)
      api = client.getTypedApi(phala)
    })
    after(async () => {
      client?.destroy()
      await project?.[Symbol.asyncDispose]()
      await node[Symbol.asyncDispose]()
    })

    const transfer = (value = PHA) =>
      api.tx['Balances']?.['transfer_keep_alive']?.({ dest: Enum('Id', BOB), value }) ?? missing()
    const query = (pallet: string, item: string) => api.query[pallet]?.[item] ?? missing()
    const freeOf = async (address: string, at?: string): Promise<bigint> =>
      ((await query('System', 'Account').getValue(address, at === undefined ? {} : { at })) as Account).data.free

    it('generates descriptors with which a program is type-checked', async () => {
      await writeFile(join(project.path, 'use.ts'), PROGRAM)
      await writeFile(join(project.path, 'misuse.ts'), PROGRAM.replace('value: 1n', 'value: "1"'))
      const tsc = new URL('../../node_modules/typescript/bin/tsc', import.meta.url).pathname
      const flags = '--noEmit --strict --skipLibCheck --module esnext --target esnext --moduleResolution bundler'
      const files = ['--types', 'node', 'use.ts', 'misuse.ts']
      const checked = run(process.execPath, [tsc, ...flags.split(' '), ...files], { cwd: project.path })
      await rejects(checked, ({ stdout }: { stdout: string }) => {
        match(stdout, /^misuse\.ts\(.*TS2322/)
        equal(stdout.includes('\nuse.ts'), false)
        return true
      })
    })

    it('connects and knows the chain', async () => {
      const { name, genesisHash, properties } = await client.getChainSpecData()
      // On the older groups the library takes the name of the software for that of the chain.
      match(name, /^Phala/)
      equal(genesisHash, node.genesis)
      deepEqual(properties, { ss58Format: 30, tokenDecimals: 12, tokenSymbol: 'PHA' })
      ok((await client.getFinalizedBlock()).number >= 0)
    })

    it('reads constants, one value, several, and all entries', async () => {
      equal(await api.constants['Balances']?.['ExistentialDeposit']?.(), PHA / 100n)
      const account = query('System', 'Account')
      const several = await account.getValues([[ss58Encode(alice.accountId)], [BOB]])
      equal(several.length, 2)
      const entries = await account.getEntries()
      ok(entries.length >= 8)
      ok(entries.some(({ keyArgs }) => keyArgs[0] === BOB))
      equal(typeof (await query('Timestamp', 'Now').getValue()), 'bigint')
    })

    it('calls the APIs of the runtime', async () => {
      const version = await api.apis['Core']?.['version']?.()
      equal((version as { spec_name: string }).spec_name, 'phala')
      deepEqual(await api.apis['Metadata']?.['metadata_versions']?.(), [14, 15, 16])
      equal(await api.apis['AccountNonceApi']?.['account_nonce']?.(ss58Encode(others[0]?.accountId ?? missing())), 0)
    })

    it('sends a transfer and follows it to finality', async () => {
      const before = await freeOf(BOB)
      const seen: string[] = []
      const included = await new Promise<{ ok: boolean; block: { hash: string } }>((resolve, reject) => {
        transfer(3n * PHA)
          .signSubmitAndWatch(signerOf(alice))
          .subscribe({
            next: (event) => {
              seen.push(event.type)
              if (event.type === 'finalized') resolve(event)
            },
            error: reject,
          })
      })
      deepEqual([seen[0], seen[1], seen.at(-1)], ['signed', 'broadcasted', 'finalized'])
      equal(included.ok, true)
      equal(await freeOf(BOB), before + 3n * PHA)
      equal((await client.getBlockBody(included.block.hash)).length, 2)
      equal((await client.getBlockHeader(included.block.hash)).digests.length >= 0, true)
    })

    for (const pair of others) {
      it(`sends what an ${pair.scheme} key signed`, async () => {
        const result = await transfer().signAndSubmit(signerOf(pair))
        equal(result.ok, true)
        const moved = result.events.find(({ type, value }) => type === 'Balances' && value.type === 'Transfer')
        equal(moved?.value.value.from, ss58Encode(pair.accountId))
      })
    }

    it('sends mortal and immortal transactions, and a tip', async () => {
      const mortal = await transfer().signAndSubmit(signerOf(alice), {
        mortality: { mortal: true, period: 8 },
        tip: 5n,
      })
      const paid = mortal.events.find(({ value }) => value.type === 'TransactionFeePaid')
      equal(paid?.value.value.tip, 5n)
      equal((await transfer().signAndSubmit(signerOf(alice), { mortality: { mortal: false } })).ok, true)
    })

    it('sends a payload above 256 bytes, and calls inside a call', async () => {
      const remark = api.tx['System']?.['remark_with_event']?.({ remark: new Uint8Array(1_000) }) ?? missing()
      const calls = [remark.decodedCall, transfer().decodedCall]
      const batch = api.tx['Utility']?.['batch_all']?.({ calls }) ?? missing()
      const { ok: done, events } = await batch.signAndSubmit(signerOf(alice))
      equal(done, true)
      deepEqual(
        ['Remarked', 'Transfer', 'BatchCompleted'].filter((name) => events.some(({ value }) => value.type === name)),
        ['Remarked', 'Transfer', 'BatchCompleted'],
      )
    })

    it('names the error of a pallet', async () => {
      const delegate = Enum('Id', BOB)
      const call = api.tx['Proxy']?.['remove_proxy']?.({ delegate, proxy_type: Enum('Any'), delay: 0 }) ?? missing()
      const result = await call.signAndSubmit(signerOf(alice))
      equal(result.ok, false)
      const error = result.ok ? undefined : result.dispatchError
      deepEqual(error, { type: 'Module', value: { type: 'Proxy', value: { type: 'NotFound', value: undefined } } })
    })

    it('says the fee beforehand, and that fee is taken', async () => {
      const fee = await transfer().getEstimatedFees(alice.publicKey)
      const { events } = await transfer().signAndSubmit(signerOf(alice))
      const paid = events.find(({ value }) => value.type === 'TransactionFeePaid')
      equal(paid?.value.value.actual_fee, fee)
      ok((await transfer().getPaymentInfo(alice.publicKey)).weight.ref_time > 0n)
    })

    it('signs the digest of the metadata, which has to be the right one', async () => {
      const network = { decimals: 12, tokenSymbol: 'PHA' }
      equal((await transfer().signAndSubmit(withMetadataHash(network, signerOf(alice)))).ok, true)
      const other = withMetadataHash({ ...network, tokenSymbol: 'DOT' }, signerOf(alice))
      await rejects(transfer().signAndSubmit(other), /BadProof/)
    })

    it('is told at once why a transaction is refused', async () => {
      const pauper = deriveDevAccount('//Pauper')
      await rejects(transfer().signAndSubmit(signerOf(pauper)), /Payment/)
      await rejects(transfer().signAndSubmit(signerOf(alice), { nonce: 0 }), /Stale/)
    })

    it('reads an older block as it was', async () => {
      const { hash } = await client.getFinalizedBlock()
      const release = client.hodlBlock(hash)
      const before = await freeOf(BOB)
      await transfer(2n * PHA).signAndSubmit(signerOf(alice))
      equal(await freeOf(BOB, hash), before)
      equal(await freeOf(BOB), before + 2n * PHA)
      release()
    })

    it('follows a value, and the entries of a map', async () => {
      const seen: bigint[] = []
      const values = query('System', 'Account').watchValue(BOB, { at: 'finalized' })
      const watched = values.subscribe(({ value }) => seen.push((value as Account).data.free))
      const changed: string[] = []
      const entries = query('System', 'Account').watchEntries({ at: 'finalized' })
      const watchedEntries = entries.subscribe(({ deltas }) => {
        for (const { args } of deltas?.upserted ?? []) changed.push(String(args[0]))
      })
      await until('both subscriptions told how it was', () => changed.length > 0 && seen.length > 0)
      const newcomer = ss58Encode(new Uint8Array(32).fill(0x77))
      const call =
        api.tx['Balances']?.['transfer_keep_alive']?.({ dest: Enum('Id', newcomer), value: PHA }) ?? missing()
      await transfer(4n * PHA).signAndSubmit(signerOf(alice))
      await call.signAndSubmit(signerOf(alice))
      await until('both subscriptions told it', () => changed.includes(newcomer) && seen.length >= 2)
      equal((seen.at(-1) ?? 0n) - (seen[0] ?? 0n), 4n * PHA)
      watched.unsubscribe()
      watchedEntries.unsubscribe()
    })

    it('decodes calls and shows what is encoded', async () => {
      const encoded = await transfer(5n).getEncodedData()
      const decoded = await api.txFromCallData(encoded)
      deepEqual(decoded.decodedCall, transfer(5n).decodedCall)
      match(toHex(encoded), /^0x0203/)
    })
  })
}

interface Account {
  readonly data: { readonly free: bigint }
}

const PROGRAM = `
import { phala } from './.papi/descriptors/dist/index.js'
import { createClient, Enum } from 'polkadot-api'
import { getWsProvider } from 'polkadot-api/ws'
const api = createClient(getWsProvider('ws://127.0.0.1:1')).getTypedApi(phala)
const free: bigint = (await api.query.System.Account.getValue('5GrwvaEF')).data.free
export const call = api.tx.Balances.transfer_keep_alive({ dest: Enum('Id', '5GrwvaEF'), value: 1n })
export const sum = free + (await api.constants.Balances.ExistentialDeposit())
`

function missing(): never {
  throw new Error('the metadata lacks it')
}
