/** Disclosure control: which answers may leave. Pure, and its memory is plain sets of people. */

export { type AnswerGroups, groupsOfCount, groupsOfMean, groupsOfTable } from './answer-groups.ts'
export { type Admission, admitAnswer, MAX_ANSWERED, type RefusalReason } from './differencing.ts'
export { hasPerson, type PeopleSet, peopleSet, peopleSetFromBytes, peopleSetToBytes } from './people-set.ts'
export {
  type MeanVerdict,
  MINIMUM_GROUP,
  refuseMeanOf,
  refuseSmallGroups,
  refuseSmallSets,
  type SmallGroupVerdict,
} from './small-groups.ts'
