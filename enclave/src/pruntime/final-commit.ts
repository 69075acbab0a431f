/** The commits that a contract's replicas agreed on. */
import { contracts, type FinalCommit } from '@pha/runtime/pallets'
import { at, type ProvenView } from '../sync/proven-view.ts'
import { SyncError } from '../sync/sync-error.ts'

/** The commit of a settled batch, by proof. */
export async function readFinalCommit(view: ProvenView, contract: Uint8Array, batch: number): Promise<FinalCommit> {
  const [final] = await view.read(at(contracts.storage.commits, contract, batch))
  if (final === undefined) throw new SyncError('sync.unknown-state', `no commit of batch ${batch}`)
  return final
}
