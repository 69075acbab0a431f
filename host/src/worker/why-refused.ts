/** Why the chain refused a registration: its error names a group of rules, and the operator needs the one that failed. */
import { explainRefusal, POLICY_REFUSALS } from '@pha/core/attestation/schema'
import { chainTypes, registry } from '@pha/runtime/pallets'
import type { ChainReader } from './chain-reader.ts'

/** For the operator's log. */
export interface WhyRefused {
  /** What the error says by itself. */
  readonly means: string
  /** Code of the check of evidence or rule of the policy, as in `core/attestation`. */
  readonly rule?: string
  /** What exactly is missing or too low. */
  readonly detail?: string
  /** What the operator can do. */
  readonly remedy?: string
}

/**
 * Asks the chain again, at the block in which the call failed.
 *
 * @returns `undefined` for other calls, and where what that block brought makes the evidence good
 * @throws WorkerError as `ChainReader`
 */
export async function whyRefused(
  chain: ChainReader,
  call: Uint8Array,
  block: Uint8Array,
): Promise<WhyRefused | undefined> {
  const { type, value } = chainTypes.RuntimeCall.decode(call)
  if (type !== 'Registry' || value.type !== 'register') return undefined
  const assessment = await chain.judge(value.value, block)
  if (assessment.type === 'Accepted') return undefined
  const { error, rule, detail } = assessment.value
  const means = Object.values(registry.errors).find(({ name }) => name === error)?.docs ?? error
  const ofPolicy = POLICY_REFUSALS.find((known) => known === rule)
  return {
    means,
    ...(rule !== undefined && { rule }),
    ...(detail !== undefined && { detail }),
    ...(ofPolicy !== undefined && explainRefusal(ofPolicy)),
  }
}
