/** The work that each way to run the runtime is measured by: one block full of transfers, signatures taken as checked. */
import { deriveDevAccount, multiSign } from '@pha/core/crypto'
import { Header, headerHash } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { InherentData, MemoryHost, UncheckedExtrinsic } from '@pha/runtime/chain'
import type { Runtime } from '@pha/runtime/frame'
import {
  balances,
  encodeExtrinsic,
  GenesisConfig,
  IMMORTAL,
  noGatekeepers,
  PHA,
  RUNTIME_VERSION,
  signingPayload,
  strictRegistry,
} from '@pha/runtime/pallets'

const TRANSFERS = 2_000
const alice = deriveDevAccount('//Alice')
const genesisConfig = GenesisConfig.encode({
  timestamp: { now: 0n },
  balances: { endowments: [[alice.accountId, 1_000_000n * PHA]] },
  consensus: { authority: new Uint8Array(32) },
  registry: strictRegistry,
  gatekeepers: noGatekeepers,
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

/** Signed for the chain whose block 0 `of` makes. */
export function transfers(of: Runtime): Uint8Array[] {
  const { genesis } = block(of)
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
export function rate(of: Runtime, extrinsics: readonly Uint8Array[]): number {
  const { host } = block(of)
  const before = process.cpuUsage()
  let applied = 0
  for (const extrinsic of extrinsics) if (of.call(host, 'BlockBuilder_apply_extrinsic', extrinsic)[0] === 0) applied++
  const { user, system } = process.cpuUsage(before)
  if (applied < 100) throw new Error(`only ${applied} transfers fit into the block`)
  return (applied * 1e6) / (user + system)
}
