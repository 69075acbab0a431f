/** This gatekeeper's part of the beacon: once in each round, its share evaluated on the round, in public and proven. */
import { type BeaconPartial, beaconInput, beaconPartialBytes } from '@pha/core/protocol'
import { evaluatePartial } from '@pha/core/threshold'
import { beacon, gatekeepers } from '@pha/runtime/pallets'
import { random } from '../random.ts'
import type { EnclaveParts } from '../service/enclave-service.ts'
import { at, type ProvenView } from '../sync/proven-view.ts'
import type { HeldShare } from './share-vault.ts'

const { beaconBlocks } = gatekeepers.constants

/** The newest round that has its randomness, and the open one. */
export function readBeacon(view: ProvenView) {
  return view.read(at(beacon.storage.latest), at(gatekeepers.storage.beaconRound))
}

/**
 * @param rounds as `readBeacon` proved them at block `number`
 * @example
 * giveBeaconPartial(parts, view.block.number, await readBeacon(view), held)
 */
export function giveBeaconPartial(
  { genesis, host, identity, submissions }: EnclaveParts,
  number: number,
  [finished, open]: Awaited<ReturnType<typeof readBeacon>>,
  { root, sharing, index, share, publicShare }: HeldShare,
): void {
  const round = Math.floor(number / beaconBlocks.value)
  if (finished !== undefined && finished.round >= round) return
  if (open?.round === round && open.sharing === sharing && open.partials.some((part) => part.index === index)) return
  submissions.forget(`beacon/${round - 1}/`)
  submissions.once(`beacon/${round}/${sharing}`, number, () => {
    const evaluation = evaluatePartial(share, publicShare, beaconInput(genesis, root, round), random)
    const partial: BeaconPartial = { root, sharing, round, index, ...evaluation }
    const signature = identity.signing.sign(beaconPartialBytes(genesis, partial))
    return host.submit(gatekeepers.calls.giveBeaconPartial.encode({ partial, signature }))
  })
}
