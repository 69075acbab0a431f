/**
 * Whether a worker may get its part of a contract key: decided by this gatekeeper's own light client, whatever the chain
 * checked when the request was made. Everything that is missing refuses.
 */
import { isConfident } from '@pha/core/attestation'
import { equalBytes } from '@pha/core/codec'
import { isLiveEpoch, type KeyName } from '@pha/core/protocol'
import { contracts, type Measurement, registry, type Worker } from '@pha/runtime/pallets'
import { at, type ProvenView } from '../sync/proven-view.ts'

export type ReleaseDecision =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly reason:
        | 'release.unknown-contract'
        | 'release.not-assigned'
        | 'release.wrong-epoch'
        | 'release.worker-not-believed'
        | 'release.level-too-low'
        | 'release.too-few-vendors'
        | 'release.code-too-young'
    }

/**
 * @throws SyncError if the host cannot prove what is asked
 * @example
 * const decision = await mayRelease(view, request)
 * if (!decision.ok) log.warn('key refused', { code: decision.reason })
 */
export async function mayRelease(view: ProvenView, request: KeyName): Promise<ReleaseDecision> {
  const { number: block } = view.block
  const [contract, epochs] = await view.read(
    at(contracts.storage.contracts, request.contract),
    at(contracts.storage.keyEpochs, request.contract),
  )
  if (contract === undefined || epochs === undefined) return { ok: false, reason: 'release.unknown-contract' }
  const { replicas, policy, codeHash } = contract
  if (!replicas.some((replica) => equalBytes(replica, request.worker)))
    return { ok: false, reason: 'release.not-assigned' }
  // In force, pending, or the one before while the chain has not closed it: never one that replicas have erased.
  if (!isLiveEpoch(contract, epochs, request)) return { ok: false, reason: 'release.wrong-epoch' }

  // In one proof: a worker waits for each round with the host.
  const [[code], records] = await Promise.all([
    view.read(at(contracts.storage.codes, codeHash)),
    view.read<(Worker | undefined)[]>(...replicas.map((replica) => at(registry.storage.workers, replica))),
  ])
  if (code === undefined || code.publicSince + policy.noticeBlocks > block) {
    return { ok: false, reason: 'release.code-too-young' }
  }
  const believed = await believedWorkers(view, replicas, records)
  const worker = believed.find(({ identity }) => equalBytes(identity, request.worker))?.worker
  if (worker === undefined) return { ok: false, reason: 'release.worker-not-believed' }
  if (!isConfident(worker.level, policy.worstLevel)) return { ok: false, reason: 'release.level-too-low' }
  // Assigned replicas that are not believed now don't count: one vendor must not stand in for two.
  if (new Set(believed.map(({ worker: { tee } }) => tee.type)).size < policy.vendors) {
    return { ok: false, reason: 'release.too-few-vendors' }
  }
  return { ok: true }
}

/** Active, unexpired workers whose build is still allowed. */
async function believedWorkers(
  view: ProvenView,
  identities: readonly Uint8Array[],
  records: readonly (Worker | undefined)[],
): Promise<{ readonly identity: Uint8Array; readonly worker: Worker }[]> {
  const { number: block } = view.block
  const listed = records.flatMap((worker, i) => {
    const isActive = worker?.kind.type === 'Worker' && worker.status.type === 'Active' && block <= worker.expiresAt
    return isActive ? [{ identity: identities[i] as Uint8Array, worker }] : []
  })
  const builds = await view.read<(Measurement | undefined)[]>(
    ...listed.map(({ worker }) => at(registry.storage.measurements, worker.measurement)),
  )
  return listed.filter((_, i) => {
    const build = builds[i]
    if (build === undefined || build.kind.type !== 'Worker' || build.activeFrom > block) return false
    return build.retiredFrom === undefined || block < build.retiredFrom
  })
}
