/** What of a ceremony its parties need for their arithmetic. */
import type { Party } from '@pha/core/protocol'

export interface SharingCeremony {
  readonly id: number
  /** How many receivers will have the root together. */
  readonly threshold: number
  readonly receivers: readonly Party[]
}
