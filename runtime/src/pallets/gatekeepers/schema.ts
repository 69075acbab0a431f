/** Gatekeepers: who holds shares of the root key, and the trace of every request and release. No logic. */
import { KeyRelease, KeyRequest } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'
import { call, constant, pallet, value } from '../../frame/declare.ts'
import { WEIGHTS } from '../weights.ts'

export const Member = t.struct(
  'GatekeeperMember',
  { index: t.u16, identity: t.bytes32, publicShare: t.bytes32 },
  'A gatekeeper: index of its share (from 1), identity, and the public share on ristretto255.',
)

export const Group = t.struct(
  'GatekeeperGroup',
  { threshold: t.u16, publicKey: t.bytes32, members: t.boundedVec(Member, 64) },
  'The holders of the root key: any `threshold` of them release, fewer learn nothing.',
)
export type Group = Infer<typeof Group>

export const gatekeepers = pallet({
  name: 'Gatekeepers',
  index: 11,
  docs: 'The root key as shares, and the release of contract keys to assigned workers.',
  constants: {
    maxMembers: constant(t.u16, 64, 'A worker checks one proof per member.'),
  },
  storage: {
    group: value(Group, 'The group in office; none before the first gatekeeper has published its share.'),
  },
  calls: {
    publishShare: call(
      0,
      { identity: t.bytes32, publicShare: t.bytes32, signature: t.fixedBytes(64) },
      'The first registered gatekeeper publishes its public share; it becomes a group of one (n = 1, t = 1).',
      { weight: WEIGHTS.Gatekeepers.publishShare },
    ),
    requestKey: call(
      1,
      { request: KeyRequest, signature: t.fixedBytes(64) },
      'A worker asks for the key of a contract that it is assigned to. Signed by its identity.',
      { weight: WEIGHTS.Gatekeepers.requestKey },
    ),
    releaseKey: call(
      2,
      { release: KeyRelease, signature: t.fixedBytes(64) },
      'A gatekeeper releases its part of a contract key, sealed to the worker. Signed by its identity.',
      { weight: WEIGHTS.Gatekeepers.releaseKey },
    ),
  },
  events: {
    GroupFormed: [{ publicKey: t.bytes32, threshold: t.u16 }, 'A root key came into being.'],
    KeyRequested: [{ worker: t.bytes32, contract: t.bytes32, epoch: t.u32 }, 'A worker asked for a contract key.'],
    KeyReleased: [
      { worker: t.bytes32, contract: t.bytes32, epoch: t.u32, index: t.u16 },
      'A gatekeeper released its part of a contract key.',
    ],
  },
  errors: {
    NotGatekeeper: 'the identity is not a registered, active gatekeeper',
    NotWorker: 'the identity is not a registered, active worker',
    NotAssigned: 'the worker is not a replica of this contract',
    GroupExists: 'a root key exists already; changing its holders needs a rotation',
    NoGroup: 'there is no gatekeeper group yet',
    WrongEpoch: 'the epoch is not the current one',
    BadSignature: 'the signature does not verify',
    NotMember: 'no member of the group has this index',
    NotOperator: 'the sender is not the operator of the enclave that signed',
  },
})
