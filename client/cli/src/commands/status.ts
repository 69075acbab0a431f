/** `pha status`: where the chain stands and which enclaves serve it, everything but the node's version proven. */
import { toHex } from '@pha/core/codec'
import { type Client, getStatus, listWorkers } from '@pha/sdk'

export async function status(client: Client) {
  const [chain, { workers }] = await Promise.all([getStatus(client), listWorkers(client)])
  return {
    ...chain,
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

export function statusText({ url, genesisHash, block, workers, node }: Awaited<ReturnType<typeof status>>): string {
  const lines = workers.map(
    ({ identity, kind, tee, level, status: state, reason, endpoint }) =>
      `  ${kind.padEnd(10)} ${identity.slice(0, 14)}..  ${(reason ?? state).padEnd(9)} level ${level}  TEE ${teeLabel(tee)}  ${endpoint}`,
  )
  return [
    `chain    ${genesisHash}`,
    `block    ${block.number}  ${block.time.toISOString()}`,
    `node     ${url}  ${node}`,
    `enclaves ${workers.length}`,
    ...lines,
  ].join('\n')
}

/** The simulated TEE is named so that nobody overlooks it. */
export function teeLabel(tee: string): string {
  return tee === 'Simulated' ? 'SIMULATED' : tee
}
