/** Gatekeepers: who holds shares of the root key, how shares are made, and the trace of every request and release. No logic. */
import {
  agreementKey,
  BeaconPartial,
  ComplaintAnswer,
  Dealt,
  Joining,
  KeyRelease,
  KeyRequest,
  PartialKey,
  RevealedShare,
  ShareCheck,
  SignedRelease,
} from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { call, constant, map, pallet, value } from '../../frame/declare.ts'
import { PHA } from '../balances/schema.ts'
import { WEIGHTS } from '../weights.ts'
import { custodyCalls, custodyConstants, custodyErrors, custodyEvents, custodyStorage } from './custody-schema.ts'
import {
  BeaconRound,
  Ceremony,
  CeremonyPhase,
  Disqualification,
  Exclusion,
  Group,
  Operator,
  ReleaseReport,
  Target,
} from './group-schema.ts'
import { MAX_MEMBERS, MAX_OPERATORS, MAX_PROVEN, MAX_REPORTS } from './limits.ts'
import { Rotation } from './rotation-schema.ts'

const signature = t.fixedBytes(64)
const party = { ceremony: t.u32, index: t.u16, identity: t.bytes32 }

/** What a chain begins with that has no gatekeepers: nobody makes a root key before governance sets a target. */
export const noGatekeepers = { target: undefined, operators: [] } as const

export const gatekeepers = pallet({
  name: 'Gatekeepers',
  index: 11,
  storageVersion: 2,
  docs: 'The root key as shares, how they come into being, and the release of contract keys to assigned workers.',
  genesis: { target: t.option(Target), operators: t.boundedVec(t.accountId, MAX_OPERATORS) },
  constants: {
    maxMembers: constant(t.u16, MAX_MEMBERS, 'A ceremony is quadratic in its members.'),
    maxOperators: constant(t.u16, MAX_OPERATORS, 'All are read when members are chosen.'),
    bond: constant(t.u128, 500n * PHA, 'Held of an operator: lost for a proven lie.'),
    phaseBlocks: constant(
      t.u32,
      40,
      'Blocks of a phase of a ceremony in which somebody is silent, two minutes at 3 s: outlives the restart of an enclave.',
    ),
    exclusionBlocks: constant(
      t.u32,
      600,
      'Blocks in which somebody who was silent takes part in no ceremony, half an hour at 3 s: he costs the others a phase each time.',
    ),
    patienceBlocks: constant(
      t.u32,
      100,
      'Blocks that a first ceremony waits for all members once there are enough to release, five minutes at 3 s.',
    ),
    reviewBlocks: constant(
      t.u32,
      5,
      'Blocks between two looks at the group in office: whether somebody left, or its shares are old.',
    ),
    beaconBlocks: constant(
      t.u32,
      20,
      'Blocks of a round of the beacon, a minute at 3 s: fourteen partials take a tenth of one block.',
    ),
    ...custodyConstants,
  },
  storage: {
    group: value(Group, 'The group of the newest root; none before the first.'),
    formerGroup: value(Group, 'The group of the root before, while contracts have keys of it.'),
    target: value(Target, 'What governance wants. Without it nobody makes a root key.'),
    operators: value(t.boundedVec(Operator, MAX_OPERATORS), 'Operators in the order of their admission.', []),
    ceremony: value(Ceremony, 'The ceremony that goes on.'),
    ceremonies: value(t.u32, 'Number of ceremonies ever begun; the id of the newest.', 0),
    awaited: value(t.u16, 'How many still have to speak in the phase that goes on.', 0),
    recipients: map(
      'Twox64Concat',
      t.u16,
      agreementKey,
      'What shares are sealed to, by receiver, of the newest ceremony: keys made for it alone.',
    ),
    dealings: map(
      'Twox64Concat',
      t.u16,
      t.boundedVec(t.bytes32, MAX_MEMBERS),
      'Commitments by dealer, of the newest ceremony.',
    ),
    checks: map(
      'Twox64Concat',
      t.u16,
      t.boundedVec(t.u16, MAX_MEMBERS),
      'Dealers that a receiver complains about, by receiver, of the newest ceremony.',
    ),
    revealed: map(
      'Twox64Concat',
      t.u16,
      t.boundedVec(RevealedShare, MAX_MEMBERS),
      'Shares that dealers revealed to answer complaints, by dealer, of the newest ceremony.',
    ),
    disqualified: value(t.boundedVec(t.u16, MAX_MEMBERS), 'Dealers that do not count, of the newest ceremony.', []),
    excluded: value(t.boundedVec(Exclusion, MAX_OPERATORS), 'Who takes part in no ceremony for a while.', []),
    waitingSince: value(
      t.u32,
      'Since when there are enough candidates for a first group, but not all; 0 after a ceremony that failed.',
    ),
    rotation: value(Rotation, 'The newest rotation of the root.'),
    reports: map(
      'Blake2_128Concat',
      t.bytes32,
      t.boundedVec(ReleaseReport, MAX_REPORTS),
      'Releases of a gatekeeper of which nothing can be proven, by its identity; since the newest resharing.',
      [],
    ),
    provenLies: value(t.boundedVec(t.bytes32, MAX_PROVEN), 'Commitments to partials that were proven wrong.', []),
    beaconRound: value(BeaconRound, 'The open round of the beacon.'),
    ...custodyStorage,
  },
  // publishShare: one gatekeeper made a whole root key.
  retiredCalls: [0],
  calls: {
    requestKey: call(
      1,
      { request: KeyRequest, signature },
      'A worker asks for the key of a contract that it is assigned to. Signed by its identity.',
      { weight: WEIGHTS.Gatekeepers.requestKey },
    ),
    releaseKey: call(
      2,
      { release: KeyRelease, signature },
      'A gatekeeper releases its part of a contract key, sealed to the worker. Signed by its identity.',
      { weight: WEIGHTS.Gatekeepers.releaseKey },
    ),
    setTarget: call(3, { target: Target }, 'Say how many gatekeepers hold the root key, and how many are needed.', {
      origin: 'root',
      weight: WEIGHTS.Gatekeepers.setTarget,
    }),
    admitOperator: call(4, { operator: t.accountId }, 'Let an account run a gatekeeper, once it has bonded.', {
      origin: 'root',
      weight: WEIGHTS.Gatekeepers.admitOperator,
    }),
    dismissOperator: call(
      5,
      { operator: t.accountId },
      'Let an account run a gatekeeper no more: shares are made anew without it.',
      { origin: 'root', weight: WEIGHTS.Gatekeepers.dismissOperator },
    ),
    bond: call(6, {}, 'An admitted operator has its bond held, and its enclave is a candidate.', {
      weight: WEIGHTS.Gatekeepers.bond,
    }),
    unbond: call(
      7,
      {},
      'An operator leaves: its enclave is a candidate no more. The bond is free once it is a member no more: call again then.',
      { weight: WEIGHTS.Gatekeepers.unbond },
    ),
    deal: call(8, { dealt: Dealt, signature }, 'A dealer deals. Signed by its identity over `dealingBytes`.', {
      weight: WEIGHTS.Gatekeepers.deal,
      adds: ({ dealt: { dealing } }) => ({
        refTime: WEIGHTS.Gatekeepers.deal.perUnit * BigInt(dealing.commitments.length),
      }),
    }),
    check: call(
      9,
      { check: ShareCheck, signature },
      'A receiver says of whom it holds no good share. Signed by its identity over `shareCheckBytes`.',
      { weight: WEIGHTS.Gatekeepers.check },
    ),
    answer: call(
      10,
      { answer: ComplaintAnswer, signature },
      'An accused dealer reveals the shares of all who complained. Signed by its identity over `complaintAnswerBytes`.',
      {
        weight: WEIGHTS.Gatekeepers.answer,
        adds: ({ answer }) => ({ refTime: WEIGHTS.Gatekeepers.answer.perUnit * BigInt(answer.shares.length) }),
      },
    ),
    rotateRoot: call(11, {}, 'Make a new root; contracts move to it, then the old one is erased.', {
      origin: 'root',
      weight: WEIGHTS.Gatekeepers.rotateRoot,
    }),
    giveBeaconPartial: call(
      12,
      { partial: BeaconPartial, signature },
      'A gatekeeper gives its part of the randomness of this round. Signed by its identity over `beaconPartialBytes`.',
      { weight: WEIGHTS.Gatekeepers.giveBeaconPartial },
    ),
    proveWrongPartial: call(
      13,
      { signed: SignedRelease, partial: PartialKey },
      'Show that a gatekeeper committed to a partial whose proof fails, by anyone: its operator is slashed.',
      { weight: WEIGHTS.Gatekeepers.proveWrongPartial },
    ),
    reportRelease: call(
      14,
      { signed: SignedRelease, signature },
      'A replica could not open a release, or found what was not committed to. Signed by its identity over `releaseReportBytes`.',
      { weight: WEIGHTS.Gatekeepers.reportRelease },
    ),
    join: call(
      15,
      { joining: Joining, signature },
      'A receiver takes part, with a key for this ceremony. Signed by its identity over `joiningBytes`.',
      { weight: WEIGHTS.Gatekeepers.join },
    ),
    ...custodyCalls,
  },
  events: {
    GroupFormed: [{ publicKey: t.bytes32, threshold: t.u16 }, 'A root key came into being.'],
    KeyRequested: [{ worker: t.bytes32, contract: t.bytes32, epoch: t.u32 }, 'A worker asked for a contract key.'],
    KeyReleased: [
      { worker: t.bytes32, contract: t.bytes32, epoch: t.u32, index: t.u16 },
      'A gatekeeper released its part of a contract key.',
    ],
    TargetSet: [{ target: Target }, 'Governance wants other gatekeepers.'],
    OperatorAdmitted: [{ operator: t.accountId }, 'An account may run a gatekeeper.'],
    OperatorDismissed: [{ operator: t.accountId }, 'An account may run a gatekeeper no more.'],
    Bonded: [{ operator: t.accountId, amount: t.u128 }, 'The bond of an operator is held.'],
    OperatorLeaving: [{ operator: t.accountId }, 'An operator leaves once it is a member no more.'],
    Unbonded: [{ operator: t.accountId, amount: t.u128 }, 'The bond of an operator is free again.'],
    CeremonyBegan: [
      { ceremony: t.u32, root: t.u32, sharing: t.u32, threshold: t.u16, dealers: t.u16, receivers: t.u16 },
      'Shares are being made.',
    ],
    PhaseBegan: [{ ceremony: t.u32, phase: CeremonyPhase, deadline: t.u32 }, 'A ceremony went on.'],
    Dealt: [{ ceremony: t.u32, dealer: t.u16 }, 'A dealer dealt.'],
    Checked: [
      { ceremony: t.u32, receiver: t.u16, complaints: t.vec(t.u16) },
      'A receiver has its shares, but for those it complains about.',
    ],
    ComplaintAnswered: [
      { ceremony: t.u32, dealer: t.u16, receiver: t.u16 },
      'A dealer revealed the share that was missed, and it is right: the complaint is settled.',
    ],
    Silent: [{ ...party, phase: CeremonyPhase }, 'Somebody did not speak in time.'],
    Disqualified: [{ ...party, reason: Disqualification }, 'What a dealer dealt does not count.'],
    CeremonyFailed: [{ ceremony: t.u32 }, 'Too few were left; a ceremony without those who were named follows.'],
    GroupChanged: [
      { ceremony: t.u32, root: t.u32, sharing: t.u32, threshold: t.u16, members: t.vec(t.bytes32) },
      'Other shares are in office.',
    ],
    RotationBegan: [{ root: t.u32 }, 'This root will be replaced by a new one.'],
    RootRetired: [{ root: t.u32 }, 'No contract has a key of this root any more: its shares are erased.'],
    GatekeeperSlashed: [
      { identity: t.bytes32, operator: t.accountId, amount: t.u128 },
      'A lie was proven: the bond of the operator is gone.',
    ],
    WrongPartialProven: [
      { identity: t.bytes32, contract: t.bytes32, root: t.u32, epoch: t.u32 },
      'A gatekeeper committed to a part of a contract key that is not its part.',
    ],
    ReleaseReported: [
      { identity: t.bytes32, contract: t.bytes32, worker: t.bytes32 },
      'A replica could do nothing with the release of a gatekeeper.',
    ],
    GatekeeperLeftOut: [
      { identity: t.bytes32, contract: t.bytes32 },
      'Most replicas of a contract could do nothing with the releases of a gatekeeper: it is suspended, and not slashed.',
    ],
    Joined: [{ ceremony: t.u32, receiver: t.u16 }, 'A receiver takes part in a ceremony.'],
    ...custodyEvents,
  },
  errors: {
    NotGatekeeper: 'the identity is not a registered, active gatekeeper',
    NotWorker: 'the identity is not a registered, active worker',
    NotAssigned: 'the worker is not a replica of this contract',
    GroupExists: 'of a call that is gone',
    NoGroup:
      'there is no gatekeeper group yet: a ceremony makes one of operators that are admitted, bonded and registered',
    WrongEpoch: 'the contract does not use the keys of this epoch and root, or not yet',
    BadSignature: 'the signature does not verify',
    NotMember: 'no member of the group has this index',
    NotOperator: 'the sender is not the operator of the enclave that signed',
    TargetInvalid: 'members must be 1 to the most that there may be, and the threshold 1 to members',
    NoTarget:
      'no target is set, so nobody makes a root key: governance has to set one (setTarget) and to admit operators (admitOperator)',
    CeremonyNeeded: 'of a call that is gone',
    OperatorExists: 'this account is admitted already',
    OperatorUnknown: 'this account is not admitted',
    TooManyOperators: 'no more operators can be admitted',
    BondExists: 'the bond is held already',
    StillMember: 'the enclave of this operator is a member of a group, or takes part in a ceremony',
    NoCeremony: 'no such ceremony goes on',
    WrongPhase: 'this is not what the ceremony waits for now',
    NotParty: 'this identity has no such part in the ceremony',
    AlreadySpoken: 'this was said already',
    BadDealing: 'the dealing does not verify',
    BadComplaints: 'complaints must name dealers that dealt, in ascending order',
    IncompleteAnswer: 'the answer must reveal the shares of all who complained, in ascending order',
    RotationGoesOn: 'a root is being replaced already',
    WrongRound: 'this is not the round that goes on',
    RoundFinished: 'this round has its randomness already',
    WrongSharing: 'these are not the shares in office',
    BadPartial: 'the proof of the partial does not verify',
    NotCommitted: 'this is not what the release committed to',
    PartialRight: 'the proof of the partial holds',
    AlreadyProven: 'this lie was proven already',
    AlreadyReported: 'this replica has reported this gatekeeper already',
    ...custodyErrors,
  },
})
