/** Exact statistics over integer tables. Pure TypeScript: runs in QuickJS, in Node and in a browser alike. */

export { type Cohort, type Column, columnIndex, encodeAnswer, MISSING, parseCohortCsv } from './columns.ts'
export { type ExactProbability, fisherExactTwoSided } from './fisher-exact.ts'
export { type Fraction, fraction, toDecimal } from './fraction.ts'
export { type ExactMean, exactMean, gatherMean, type MeanGroups } from './mean.ts'
export { type ConfidenceInterval, type OddsRatio, oddsRatio, oddsRatioInterval } from './odds-ratio.ts'
export {
  countTable,
  crossPeople,
  type Person,
  type Split,
  type SplitGroups,
  splitPeople,
  type TableGroups,
} from './split.ts'
export { MAX_PEOPLE, type Margins, marginsOf, type TwoByTwo } from './two-by-two.ts'
