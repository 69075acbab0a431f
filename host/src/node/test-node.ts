/** For tests: a node of its own chain in a temporary directory, where //Alice and //Bob are rich. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromHex } from '@pha/core/codec'
import { deriveDevAccount, type Keypair, keypairFromSeed, Secret } from '@pha/core/crypto'
import type { Infer } from '@pha/core/schema'
import { balances, type GenesisConfig, noGatekeepers, PHA, RUNTIME_VERSION, strictRegistry } from '@pha/runtime/pallets'
import { finalise, manualClock } from '../consensus/index.ts'
import { noObserver } from '../metrics/node-observer.ts'
import { currentRuntimeCode } from '../runtime/index.ts'
import { signExtrinsic } from '../worker/sign-extrinsic.ts'
import { NodeApplication } from './application.ts'
import type { FinalisedBlock } from './chain.ts'
import { type ChainSpec, chainSpec } from './chain-spec.ts'
import { type Node, type NodeConfig, startNode } from './start-node.ts'
import { UpgradeGuard } from './upgrade-guard.ts'

export const alice = deriveDevAccount('//Alice')
export const bob = deriveDevAccount('//Bob')
export const authority = keypairFromSeed('ed25519', Secret.from(new Uint8Array(32).fill(5)))

export const testGenesis: Infer<typeof GenesisConfig> = {
  timestamp: { now: 0n },
  balances: { endowments: [alice, bob].map(({ accountId }) => [accountId, 1_000_000n * PHA] as const) },
  consensus: { authority: authority.publicKey },
  registry: strictRegistry,
  gatekeepers: noGatekeepers,
  sudo: { key: alice.accountId },
}

/** The specification of the test chain. */
export const testSpec: ChainSpec = chainSpec('Phala Test', 'Development', await currentRuntimeCode(), testGenesis)

/** A directory that `asyncDispose` removes. */
export async function temporaryDirectory(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'pha-node-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Starts a node on a free port, in a directory that goes away with it unless `config` names one. */
export async function startTestNode(config: Partial<NodeConfig> = {}): Promise<Node> {
  await using resources = new AsyncDisposableStack()
  const basePath = config.basePath ?? resources.use(await temporaryDirectory()).path
  const node = resources.use(await startNode({ port: 0, spec: testSpec, authority, ...config, basePath }))
  const owned = resources.move()
  return { ...node, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

export interface DrivenNode extends AsyncDisposable {
  readonly node: Node
  /** Makes a block of these transactions, and no others. */
  block(...txs: readonly Uint8Array[]): Promise<void>
}

/** A node that makes no blocks of its own. */
export async function startDrivenNode(): Promise<DrivenNode> {
  const node = await startTestNode({ clock: manualClock(0) })
  const onFault = (): void => {}
  const upgrades = new UpgradeGuard({ onRefused: () => {} })
  const application = new NodeApplication({ ...node, upgrades, observer: noObserver, onFault })
  let height = 0
  return {
    node,
    async block(...txs) {
      height++
      const header = application.finalizeBlock({ height, timeMs: height * 1_000, txs })
      await application.commit(finalise(header, authority, node.chain.genesisHash))
    },
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  }
}

/** A signed transfer of 1 PHA to a new account. */
export function transfer(node: Node, from: Keypair, nonce: number, amount: bigint = PHA): Uint8Array {
  const dest = { type: 'Id', value: new Uint8Array(32).fill(nonce + 1) } as const
  return signed(node, from, nonce, balances.calls.transferKeepAlive.encode({ dest, value: amount }))
}

export function signed(node: Node, from: Keypair, nonce: number, call: Uint8Array): Uint8Array {
  const { specVersion, transactionVersion } = RUNTIME_VERSION
  return signExtrinsic(from, call, { nonce, specVersion, transactionVersion, genesisHash: fromHex(node.genesisHash) })
}

/** The next block that satisfies `isWanted`. */
export function nextBlock(
  node: Node,
  isWanted: (block: FinalisedBlock) => boolean = () => true,
): Promise<FinalisedBlock> {
  return new Promise((resolve) => {
    const stop = node.chain.onFinalised((block) => {
      if (!isWanted(block)) return
      stop()
      resolve(block)
    })
  })
}
