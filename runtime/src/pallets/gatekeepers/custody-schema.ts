/** What this pallet keeps about custodians, people who hold recovery shares of the root, and what it takes from them. */
import { agreementKey, ComplaintAnswer, Dealt, Party, TopicHead } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'
import { call, constant, value } from '../../frame/declare.ts'
import { WEIGHTS } from '../weights.ts'
import { Group } from './group-schema.ts'
import { MAX_MEMBERS } from './limits.ts'

export const Custodian = t.struct(
  'Custodian',
  { account: t.accountId, recipient: agreementKey },
  'A person who holds a recovery share, and the X-Wing key that it is sealed to.',
)
export type Custodian = Infer<typeof Custodian>

export const Custodians = t.struct(
  'Custodians',
  { people: t.boundedVec(Custodian, MAX_MEMBERS), threshold: t.u8 },
  'Whom governance trusts with recovery shares, and how many of them bring the network back together.',
)
export type Custodians = Infer<typeof Custodians>

export const Escrow = t.struct(
  'Escrow',
  {
    group: Group,
    dealers: t.boundedVec(Party, MAX_MEMBERS),
    from: TopicHead,
    to: TopicHead,
    checked: t.boundedVec(t.u16, MAX_MEMBERS),
    disputed: t.boundedVec(t.u16, MAX_MEMBERS),
    doubted: t.boundedVec(t.bytes32, MAX_MEMBERS),
  },
  'A sharing of the root among custodians, whose accounts are the identities of `group`. The dealings that make it up stand in ' +
    'the topic `gatekeepers` behind `from`, up to `to`. Custodians `checked` say that their share is good, those `disputed` ' +
    'that it is not; `doubted` are the dealers whom they named.',
)
export type Escrow = Infer<typeof Escrow>

export const custodyConstants = {
  recoveryBlocks: constant(
    t.u32,
    201_600,
    'Blocks that custodians have to deal in a recovery, a week at 3 s: people have to be found. It ends when enough have dealt.',
  ),
  escrowAgainBlocks: constant(
    t.u32,
    600,
    'Blocks between an escrow and the next one that a complaint leads to, half an hour at 3 s: who always complains costs little.',
  ),
}

export const custodyStorage = {
  custodians: value(Custodians, 'Who should hold recovery shares. None: only gatekeepers have the root.'),
  escrow: value(Escrow, 'The recovery shares that custodians hold.'),
  escrowDue: value(t.u32, 'From which block on the root is dealt to custodians anew.'),
  escrowFrom: value(TopicHead, 'Where the topic `gatekeepers` was when the escrow that goes on began.'),
  recovering: value(t.bool, 'Governance says that the shares in office are lost.', false),
}

export const custodyCalls = {
  setCustodians: call(
    16,
    { custodians: Custodians },
    'Say who holds recovery shares of the root, and how many of them bring it back; nobody, to have none. The root is dealt to them anew.',
    { origin: 'root', weight: WEIGHTS.Gatekeepers.setCustodians },
  ),
  checkEscrow: call(
    17,
    { escrow: t.u32, complaints: t.boundedVec(t.u16, MAX_MEMBERS) },
    'A custodian has opened what was dealt in this escrow: whose share is missing or wrong; nobody, if all is well.',
    { weight: WEIGHTS.Gatekeepers.checkEscrow },
  ),
  recover: call(
    18,
    { wanted: t.bool },
    'Say that too few shares in office are left: custodians deal the root to new gatekeepers. Or that this is not wanted any more.',
    { origin: 'root', weight: WEIGHTS.Gatekeepers.recover },
  ),
  dealAsCustodian: call(19, { dealt: Dealt }, 'A custodian deals its share to new gatekeepers, in a recovery.', {
    weight: WEIGHTS.Gatekeepers.dealAsCustodian,
    adds: ({ dealt: { dealing } }) => ({
      refTime: WEIGHTS.Gatekeepers.dealAsCustodian.perUnit * BigInt(dealing.commitments.length),
    }),
  }),
  answerAsCustodian: call(
    20,
    { answer: ComplaintAnswer },
    'An accused custodian reveals the shares of all who complained, in a recovery.',
    {
      weight: WEIGHTS.Gatekeepers.answerAsCustodian,
      adds: ({ answer }) => ({
        refTime: WEIGHTS.Gatekeepers.answerAsCustodian.perUnit * BigInt(answer.shares.length),
      }),
    },
  ),
}

export const custodyEvents = {
  CustodiansSet: [
    { custodians: t.vec(t.accountId), threshold: t.u8 },
    'Governance wants other custodians. What those of before hold stays good until the root is replaced.',
  ],
  EscrowMade: [
    { ceremony: t.u32, root: t.u32, threshold: t.u16, custodians: t.vec(t.accountId) },
    'Recovery shares lie on chain, each sealed to its custodian.',
  ],
  EscrowChecked: [
    { ceremony: t.u32, custodian: t.accountId, complaints: t.vec(t.u16) },
    'A custodian opened its share; without complaints it is good.',
  ],
  RecoveryBegan: [{ root: t.u32 }, 'Custodians are asked to deal this root to new gatekeepers.'],
} as const

export const custodyErrors = {
  CustodiansInvalid: 'custodians must be distinct, at least two of them needed, and no more than there are',
  NotCustodian: 'this account has no such part',
  NoEscrow: 'there are no such recovery shares',
  RecoveryGoesOn: 'a recovery goes on already',
  NoRecovery: 'no recovery goes on',
} as const
