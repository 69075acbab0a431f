/**
 * The gatekeeper's work at each proven block: take part in the ceremony that goes on, take over the share that one made,
 * release keys to whom the chain assigned, give its part of the beacon.
 */
import { GatekeepersMessage, topics } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import type { shareFor } from '@pha/core/threshold'
import { gatekeepers, messages } from '@pha/runtime/pallets'
import type { EnclaveParts, Role } from '../service/enclave-service.ts'
import { ServiceError } from '../service/service-error.ts'
import { at } from '../sync/proven-view.ts'
import { giveBeaconPartial, readBeacon } from './beacon.ts'
import { CeremonyParty } from './ceremony-party.ts'
import { GatekeepersTopic } from './gatekeepers-topic.ts'
import { KeyReleases } from './key-releases.ts'
import type { ReleaseArithmetic } from './release.ts'
import { ReleaseCounts } from './release-counts.ts'
import { ShareVault } from './share-vault.ts'

/** What it does with its secrets; tests of the others take one that lies. */
export interface GatekeeperArithmetic extends ReleaseArithmetic {
  readonly shareFor?: typeof shareFor
}

/**
 * @example
 * const role = gatekeeperRole()
 * const service = new EnclaveService({ kind: 'Gatekeeper', folder }, { host, log, tee, role })
 */
export function gatekeeperRole(arithmetic: GatekeeperArithmetic = {}): (parts: EnclaveParts) => Role {
  return (parts) => {
    const { memory, identity, log } = parts
    const counts = new ReleaseCounts()
    const vault = new ShareVault(memory, identity.signing.publicKey)
    const party = new CeremonyParty(parts, vault, arithmetic.shareFor)
    const releases = new KeyReleases(parts, { vault, counts, arithmetic })
    const topic = new GatekeepersTopic(parts)

    return {
      async update(view, worker) {
        if (worker === undefined) return
        const [[group, formerGroup, ceremony, head], rounds] = await Promise.all([
          view.read(
            at(gatekeepers.storage.group),
            at(gatekeepers.storage.formerGroup),
            at(gatekeepers.storage.ceremony),
            at(messages.storage.topicHead, topics.gatekeepers),
          ),
          readBeacon(view),
        ])
        await party.settle(view, ceremony, group)
        if (ceremony !== undefined) party.join(view, ceremony)
        const groups = [group, formerGroup].filter((each) => each !== undefined)
        if (head !== undefined) {
          await topic.readTo(head, async ({ payload, sender, sequence }) => {
            const message = tryDecode(GatekeepersMessage, payload)
            if (!message.ok) {
              log.warn('unknown message', { sequence, code: message.reason })
            } else if (message.value.type === 'KeyRequested') {
              return { answered: releases.answer(view, groups, sender, message.value.value) }
            } else {
              await party.receive(ceremony, sender, message.value.value)
            }
            return undefined
          })
        }
        if (ceremony !== undefined) await party.speak(view, ceremony, group)
        // A new root's shares are kept before its group is in office, and an old one's until no group has it.
        if (group !== undefined) vault.retire(groups)
        const found = group && vault.find(group)
        if (found?.ok) giveBeaconPartial(parts, view.block.number, rounds, found.held)
      },
      answer: () => Promise.reject(new ServiceError('enclave.unsupported')),
      status: () => ({ contracts: [], sessions: 0, releases: counts.list() }),
    }
  }
}
