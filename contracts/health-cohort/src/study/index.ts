/** The health study, end to end, on whatever network the client is connected to. */
export { type Latency, summarise } from './latency.ts'
export { type Check, runStudy, type StudyInit, type StudyOwner, type StudyReport } from './run-study.ts'
export type { AskedQuestion } from './tell-story.ts'
