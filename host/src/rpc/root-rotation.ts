/** `pha_rootRotation`: the runtime's `KeysApi_root_rotation` as JSON, for people and dashboards. */
import { t } from '@pha/core/schema'
import { RotationProgress } from '@pha/runtime/pallets'
import type { RpcMethod } from './method.ts'
import { runtimeCall } from './runtime-call.ts'

const Answer = t.option(RotationProgress)

/** How far the newest rotation of the root is, at the newest block; null if the root was never rotated. */
export const pha_rootRotation: RpcMethod = (_params, { chain }) => {
  const progress = Answer.decode(runtimeCall(chain, 'KeysApi_root_rotation', new Uint8Array()))
  if (progress === undefined) return null
  const { from, to, wantedAt, since = null, contracts, done, percent, retiredAt = null } = progress
  return { from, to, wantedAt, since, contracts: String(contracts), done: String(done), percent, retiredAt }
}
