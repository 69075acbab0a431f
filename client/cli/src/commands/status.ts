/** `pha status`: where the chain stands and which enclaves serve it, everything but the node's version proven. */
import { toHex } from '@pha/core/codec'
import { registry } from '@pha/runtime/pallets'
import { type Client, getStatus, listWorkers, readStorage } from '@pha/sdk'
import { tableText } from '../table-text.ts'

export async function status(client: Client) {
  const [chain, { workers }, testRoots] = await Promise.all([
    getStatus(client),
    listWorkers(client),
    readStorage(client, registry.storage.testRoots, []),
  ])
  return {
    ...chain,
    /** On a chain that believes roots whose secrets anyone may know, every TEE is simulated. */
    playsVendors: testRoots !== undefined,
    workers: workers.map(
      ({ identity, kind, tee, measurement, level, status: state, endpoint, registeredAt, expiresAt }) => ({
        identity: toHex(identity),
        kind: kind.type,
        tee: tee.type,
        measurement: toHex(measurement),
        level,
        status: state.type,
        ...(state.type === 'Refused' && { reason: state.value.reason }),
        endpoint,
        registeredAt,
        expiresAt,
      }),
    ),
  }
}

export function statusText({
  url,
  genesisHash,
  block,
  workers,
  node,
  playsVendors,
}: Awaited<ReturnType<typeof status>>): string {
  const rows = workers.map(({ identity, kind, tee, level, status: state, reason, endpoint }) => [
    `  ${kind}`,
    `${identity.slice(0, 14)}..`,
    reason ?? state,
    `level ${level}`,
    `TEE ${playsVendors && tee !== 'Simulated' ? `SIMULATED ${tee}` : teeLabel(tee)}`,
    endpoint,
  ])
  return [
    `chain    ${genesisHash}`,
    `block    ${block.number}  ${block.time.toISOString()}`,
    `node     ${url}  ${node}`,
    `enclaves ${workers.length}`,
    ...(rows.length > 0 ? [tableText(rows)] : []),
  ].join('\n')
}

/** The simulated TEE is named so that nobody overlooks it. */
export function teeLabel(tee: string): string {
  return tee === 'Simulated' ? 'SIMULATED' : tee
}
