/** What this pallet keeps about gatekeepers, groups and ceremonies. */
import { CeremonyKind, Party } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'
import { MAX_MEMBERS } from './limits.ts'

export const Member = t.struct(
  'GatekeeperMember',
  { index: t.u16, identity: t.bytes32, publicShare: t.bytes32 },
  'A gatekeeper: index of its share (from 1), identity, and the public share on ristretto255.',
)
export type Member = Infer<typeof Member>

export const Group = t.struct(
  'GatekeeperGroup',
  {
    threshold: t.u16,
    publicKey: t.bytes32,
    members: t.boundedVec(Member, MAX_MEMBERS),
    root: t.u32,
    sharing: t.u32,
    since: t.u32,
    ceremony: t.u32,
    dealers: t.boundedVec(t.u16, MAX_MEMBERS),
  },
  'The holders of a root key: any `threshold` of them release, fewer learn nothing. `root` and `sharing` count from 1; ' +
    '`dealers` are the indexes, in ceremony `ceremony`, of those whose dealings make up the shares.',
)
export type Group = Infer<typeof Group>

export const Target = t.struct(
  'GatekeeperTarget',
  { members: t.u8, threshold: t.u8, refreshBlocks: t.u32 },
  'What governance wants: how many members, how many of them release together, and after how many blocks shares are made anew (0: never).',
)
export type Target = Infer<typeof Target>

export const Operator = t.struct(
  'GatekeeperOperator',
  {
    account: t.accountId,
    standing: t.enum('OperatorStanding', { Admitted: null, Leaving: null, Dismissed: null }),
    bond: t.u128,
    enclave: t.option(t.bytes32),
  },
  'Who may run a gatekeeper, what is held of its balance for that, and the enclave that stands for it.',
)
export type Operator = Infer<typeof Operator>

export const CeremonyPhase = t.enum('CeremonyPhase', { Deal: null, Check: null, Answer: null, Join: null })
export type CeremonyPhase = Infer<typeof CeremonyPhase>

const parties = t.boundedVec(Party, MAX_MEMBERS)

export const Ceremony = t.struct(
  'Ceremony',
  {
    id: t.u32,
    kind: CeremonyKind,
    root: t.u32,
    sharing: t.u32,
    threshold: t.u16,
    dealers: parties,
    receivers: parties,
    phase: CeremonyPhase,
    deadline: t.u32,
  },
  'Shares in the making: root, sharing and threshold are those that will result. A phase ends when everyone has spoken, or after block `deadline`.',
)
export type Ceremony = Infer<typeof Ceremony>

export const Exclusion = t.struct(
  'Exclusion',
  { identity: t.bytes32, until: t.u32 },
  'Takes part in no ceremony that begins up to this block.',
)
export type Exclusion = Infer<typeof Exclusion>

export const BeaconRound = t.struct(
  'BeaconRound',
  {
    round: t.u32,
    root: t.u32,
    sharing: t.u32,
    partials: t.boundedVec(t.struct('BeaconPart', { index: t.u16, evaluated: t.bytes32 }), MAX_MEMBERS),
  },
  'The proven partials of the open round.',
)
export type BeaconRound = Infer<typeof BeaconRound>

export const ReleaseReport = t.struct(
  'ReleaseReport',
  { contract: t.bytes32, worker: t.bytes32 },
  'A replica of a contract could do nothing with a release.',
)
export type ReleaseReport = Infer<typeof ReleaseReport>

/** Why a dealing does not count. */
export const Disqualification = t.enum('Disqualification', {
  /** An answer revealed a share that its commitments contradict. */
  WrongShare: null,
  /** Accused, and silent about it. */
  NoAnswer: null,
  /** So many complaints that answering them would give the polynomial away. */
  Complaints: null,
})
export type Disqualification = Infer<typeof Disqualification>
