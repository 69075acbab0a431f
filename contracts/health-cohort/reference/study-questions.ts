/** The study as a list of steps: what is asked, in which order, who withdraws when, and how each question must end. */

export interface NamedSplit {
  readonly column: string
  readonly test: 'equals' | 'atLeast'
  /** The answer as the data set writes it. */
  readonly answer: string
}

export type StudyQuestion =
  | { readonly kind: 'association'; readonly exposure: NamedSplit; readonly illness: NamedSplit }
  | { readonly kind: 'count'; readonly split: NamedSplit }
  | { readonly kind: 'mean'; readonly column: string; readonly among?: NamedSplit }

export type StudyStep =
  | { readonly ask: StudyQuestion; readonly ends: 'answered' | 'GroupTooSmall' | 'Differencing' }
  | { readonly withdraw: readonly string[] }

const yes = (column: string): NamedSplit => ({ column, test: 'equals', answer: '1' })
const no = (column: string): NamedSplit => ({ column, test: 'equals', answer: '0' })
/** Frequencies are codes from 1 to 9; the data set does not explain them, so they are only taken as ordered. */
const atLeast = (column: string, answer: string): NamedSplit => ({ column, test: 'atLeast', answer })
const association = (exposure: NamedSplit, illness: NamedSplit): StudyQuestion => ({
  kind: 'association',
  exposure,
  illness,
})

const dogAndHeart = association(yes('dog'), yes('heart_disease'))
const sodaAndDiabetes = association(atLeast('sodafreq', '6'), yes('diabetes'))
const smokingAndCancer = association(yes('ever_smoked'), yes('cancer'))
const catAndCancer = association(yes('cat'), yes('cancer'))
const atheistAndCancer = association(yes('atheist'), yes('cancer'))
const haveDiabetes: StudyQuestion = { kind: 'count', split: yes('diabetes') }
const fibreOfDiabetics: StudyQuestion = { kind: 'mean', column: 'dt_fibe', among: yes('diabetes') }
const fibreOfOthers: StudyQuestion = { kind: 'mean', column: 'dt_fibe', among: no('diabetes') }
const saladOfAll: StudyQuestion = { kind: 'mean', column: 'greensaladfreq' }

/** Identifiers of the owners who withdraw: first two, then three more. */
export const FIRST_WITHDRAWALS: readonly string[] = ['1053', '1006']
export const LATER_WITHDRAWALS: readonly string[] = ['1166', '1134', '1014']

export const STUDY: readonly StudyStep[] = [
  { ask: dogAndHeart, ends: 'answered' },
  { ask: sodaAndDiabetes, ends: 'answered' },
  { ask: smokingAndCancer, ends: 'answered' },
  { ask: catAndCancer, ends: 'answered' },
  { ask: atheistAndCancer, ends: 'answered' },
  { ask: haveDiabetes, ends: 'answered' },
  { ask: fibreOfDiabetics, ends: 'answered' },
  { ask: fibreOfOthers, ends: 'answered' },
  { ask: saladOfAll, ends: 'answered' },
  // 3 and 4 left-handed people with and without cancer
  { ask: association(yes('left_hand'), yes('cancer')), ends: 'GroupTooSmall' },
  { ask: association(yes('currently_smoke'), yes('heart_disease')), ends: 'GroupTooSmall' },
  { ask: { kind: 'count', split: yes('jewish') }, ends: 'GroupTooSmall' },
  // three people answered 6 exactly: together with the threshold 6, this one would tell about them
  { ask: association(atLeast('sodafreq', '7'), yes('diabetes')), ends: 'Differencing' },
  { withdraw: FIRST_WITHDRAWALS },
  { ask: dogAndHeart, ends: 'Differencing' },
  // the same question with its sides swapped and complemented
  { ask: association(no('heart_disease'), no('dog')), ends: 'Differencing' },
  { ask: saladOfAll, ends: 'Differencing' },
  { withdraw: LATER_WITHDRAWALS },
  { ask: dogAndHeart, ends: 'answered' },
  { ask: sodaAndDiabetes, ends: 'answered' },
  { ask: smokingAndCancer, ends: 'answered' },
  { ask: catAndCancer, ends: 'answered' },
  { ask: atheistAndCancer, ends: 'answered' },
  // two of the five had diabetes: the two means would tell their fibre
  { ask: fibreOfDiabetics, ends: 'Differencing' },
  { ask: saladOfAll, ends: 'answered' },
]
