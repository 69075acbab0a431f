/** Beacon: the newest verifiable randomness. No logic. */
import { type Infer, t } from '@pha/core/schema'
import { pallet, value } from '../../frame/declare.ts'

export const BeaconOutput = t.struct(
  'BeaconOutput',
  { round: t.u32, randomness: t.bytes32 },
  'What the gatekeepers made together in a round: fewer than the threshold neither knew nor chose it.',
)
export type BeaconOutput = Infer<typeof BeaconOutput>

export const beacon = pallet({
  name: 'Beacon',
  index: 14,
  docs: 'Randomness that nobody chooses, from the gatekeepers.',
  storage: {
    latest: value(BeaconOutput, 'The newest finished round; none before the first gatekeepers.'),
  },
  events: {
    RoundFinished: [{ round: t.u32, randomness: t.bytes32 }, 'A round of the beacon has its randomness.'],
  },
})
