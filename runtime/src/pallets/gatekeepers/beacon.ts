/**
 * The beacon: each gatekeeper evaluates its share on the number of the round, in public and with a proof; when the
 * threshold's number of proven partials is there, the chain combines them. Any of them make the same randomness, so nobody
 * who is late delays it, and nobody who comes last can choose it.
 */
import { beaconInput, beaconPartialBytes, beaconRandomness } from '@pha/core/protocol'
import { combineInPublic, verifyPartial } from '@pha/core/threshold'
import type { GatekeepersCalls, GatekeepersContext } from './context.ts'
import type { BeaconRound } from './group-schema.ts'
import type { SignedBy } from './signed-by.ts'

type Calls = Pick<GatekeepersCalls, 'giveBeaconPartial'>

export function beaconCalls({ storage, errors, constants, deps }: GatekeepersContext, signedBy: SignedBy): Calls {
  /** What is known of the open round; partials of other rounds or shares are of no use any more. */
  function openRound(round: number, root: number, sharing: number): BeaconRound {
    const known = storage.beaconRound.get()
    const isOpen = known?.round === round && known.root === root && known.sharing === sharing
    return isOpen ? known : { round, root, sharing, partials: [] }
  }

  return {
    giveBeaconPartial({ who }, { partial, signature }) {
      const { root, sharing, round, index, evaluated } = partial
      // What is too late is refused before anything is computed.
      if (deps.beacon.latestRound() === round) throw errors.RoundFinished()
      if (round !== Math.floor(deps.system.blockNumber() / constants.beaconBlocks)) throw errors.WrongRound()
      const group = storage.group.get()
      if (group === undefined) throw errors.NoGroup()
      if (group.root !== root || group.sharing !== sharing) throw errors.WrongSharing()
      const member = group.members.find((known) => known.index === index)
      if (member === undefined) throw errors.NotMember()
      const open = openRound(round, root, sharing)
      if (open.partials.some((known) => known.index === index)) throw errors.AlreadySpoken()
      const genesis = deps.system.genesisHash()
      signedBy.requireGatekeeper(who, member.identity, { message: beaconPartialBytes(genesis, partial), signature })
      const input = beaconInput(genesis, root, round)
      if (!verifyPartial(member.publicShare, input, partial)) throw errors.BadPartial()

      const partials = [...open.partials, { index, evaluated }]
      if (partials.length < group.threshold) return storage.beaconRound.set({ ...open, partials })
      const combined = combineInPublic(input, partials, group.threshold)
      if (!combined.ok) throw errors.BadPartial(combined.reason)
      storage.beaconRound.remove()
      deps.beacon.finish(round, beaconRandomness(genesis, round, combined.output))
    },
  }
}
