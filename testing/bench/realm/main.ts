/**
 * What the realm costs: transfers applied for each second of processor time by the runtime imported directly and by the
 * same one in a realm; and what loading it costs. Signatures are taken as checked. One JSON line a figure.
 */
import { deriveDevAccount, multiSign } from '@pha/core/crypto'
import { Header, headerHash } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { currentRuntimeCode, startRuntime } from '@pha/host/runtime'
import { InherentData, MemoryHost, runtime, UncheckedExtrinsic } from '@pha/runtime/chain'
import type { Runtime } from '@pha/runtime/frame'
import {
  balances,
  encodeExtrinsic,
  GenesisConfig,
  IMMORTAL,
  PHA,
  RUNTIME_VERSION,
  registry,
  signingPayload,
} from '@pha/runtime/pallets'

const TRANSFERS = 2_000
const ROUNDS = 5
const alice = deriveDevAccount('//Alice')
const genesisConfig = GenesisConfig.encode({
  timestamp: { now: 0n },
  balances: { endowments: [[alice.accountId, 1_000_000n * PHA]] },
  consensus: { authority: new Uint8Array(32) },
  registry: { policy: registry.storage.policy.fallback, measurements: [] },
  sudo: { key: undefined },
})

/** A host whose signatures were checked before, as the node's: what is measured is the runtime. */
class TrustingHost extends MemoryHost {
  override verify(): boolean {
    return true
  }
}

function block(of: Runtime): { readonly host: MemoryHost; readonly genesis: Uint8Array } {
  const host = new TrustingHost()
  const header = Header.decode(host.call(of, 'GenesisBuilder_build_state', genesisConfig))
  const genesis = headerHash(header)
  host.call(of, 'Core_initialize_block', Header.encode({ ...header, number: 1, parentHash: genesis }))
  const inherents = host.call(of, 'BlockBuilder_inherent_extrinsics', InherentData.encode({ timestampMs: 1_000n }))
  for (const inherent of t.vec(UncheckedExtrinsic).decode(inherents))
    host.call(of, 'BlockBuilder_apply_extrinsic', inherent)
  return { host, genesis }
}

function transfers(genesis: Uint8Array): Uint8Array[] {
  const dest = { type: 'Id', value: deriveDevAccount('//Bob').accountId } as const
  const call = balances.calls.transferKeepAlive.encode({ dest, value: PHA })
  const { specVersion, transactionVersion } = RUNTIME_VERSION
  const implicit = {
    specVersion,
    transactionVersion,
    genesisHash: genesis,
    birthHash: genesis,
    metadataHash: undefined,
  }
  return Array.from({ length: TRANSFERS }, (_, nonce) => {
    const extra = { era: IMMORTAL, nonce, tip: 0n, metadataHash: { type: 'Disabled' } } as const
    const signature = multiSign(alice, signingPayload(call, extra, implicit))
    return encodeExtrinsic({ signed: { address: { type: 'Id', value: alice.accountId }, signature, extra }, call })
  })
}

/** Transfers for each second of processor time, in one block. */
function rate(of: Runtime, extrinsics: readonly Uint8Array[]): number {
  const { host } = block(of)
  const before = process.cpuUsage()
  let applied = 0
  for (const extrinsic of extrinsics) if (of.call(host, 'BlockBuilder_apply_extrinsic', extrinsic)[0] === 0) applied++
  const { user, system } = process.cpuUsage(before)
  if (applied < 100) throw new Error(`only ${applied} transfers fit into the block`)
  return (applied * 1e6) / (user + system)
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}

function tell(name: string, value: number, unit: string): void {
  console.log(JSON.stringify({ name, value: Math.round(value * 10) / 10, unit }))
}

const code = await currentRuntimeCode()
const loads = Array.from({ length: ROUNDS }, () => {
  const before = process.cpuUsage()
  startRuntime(code)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
})
const inRealm = startRuntime(code)
const extrinsics = transfers(block(runtime).genesis)
const rates = { direct: [] as number[], realm: [] as number[] }
// In turn, so that a busy machine disturbs both alike; the first round warms up.
for (let round = 0; round <= ROUNDS; round++) {
  const [direct, realm] = [rate(runtime, extrinsics), rate(inRealm, extrinsics)]
  if (round === 0) continue
  rates.direct.push(direct)
  rates.realm.push(realm)
}
tell('code', code.length / 1_024, 'KiB')
tell('load a runtime', median(loads), 'ms of processor time')
tell('apply transfers, runtime imported directly', median(rates.direct), '1/s of processor time')
tell('apply transfers, runtime in its realm', median(rates.realm), '1/s of processor time')
tell('cost of the realm', 100 * (median(rates.direct) / median(rates.realm) - 1), '%')
