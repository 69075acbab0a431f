/** `pha enclave allowed`: whether the chain lists a measurement, proven, and from which block until which. */
import { fromHex, type Hex } from '@pha/core/codec'
import { registry } from '@pha/runtime/pallets'
import { type Client, readStorage } from '@pha/sdk'
import { CliError } from '../cli-error.ts'
import { teeLabel } from './status.ts'

const TIMEOUT_MS = 10_000

export interface AllowedBuild {
  readonly measurement: Hex
  readonly kind: string
  readonly tee: string
  /** What the referendum said was built. */
  readonly build: string
  readonly activeFrom: number
  readonly retiredFrom: number | null
  /** Where this was read. */
  readonly block: number
  readonly state: 'pending' | 'active' | 'retired'
}

/** @throws CliError `cli.not-allowed` if the chain does not list it */
export async function allowed(client: Client, measurement: Hex): Promise<AllowedBuild> {
  const at = await client.chain.head(AbortSignal.timeout(TIMEOUT_MS))
  const found = await readStorage(client, registry.storage.measurements, [fromHex(measurement)], { at })
  if (found === undefined) {
    throw new CliError(
      'cli.not-allowed',
      `this chain lists no enclave build with measurement ${measurement}`,
      'give it `build` as `pha enclave measure` or `pha attest verify` prints it; `pha --json status` shows those that run',
    )
  }
  const { kind, tee, build, activeFrom, retiredFrom } = found
  const block = at.number
  const state =
    block < activeFrom ? 'pending' : block >= (retiredFrom ?? Number.POSITIVE_INFINITY) ? 'retired' : 'active'
  return {
    measurement,
    kind: kind.type,
    tee: tee.type,
    build,
    activeFrom,
    retiredFrom: retiredFrom ?? null,
    block,
    state,
  }
}

export function allowedText({
  measurement,
  kind,
  tee,
  build,
  activeFrom,
  retiredFrom,
  block,
  state,
}: AllowedBuild): string {
  return [
    `measurement ${measurement}`,
    `state       ${state} at block ${block}`,
    `program     ${kind} of ${build}`,
    `TEE         ${teeLabel(tee)}`,
    `blocks      from ${activeFrom}${retiredFrom === null ? '' : ` until ${retiredFrom}`}`,
  ].join('\n')
}
