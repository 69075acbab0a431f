/** The thread of `guarded-run.ts`: one campaign, then its outcome as a message. */
import { parentPort, workerData } from 'node:worker_threads'
import { runCampaign } from './campaign.ts'
import type { Task } from './guarded-run.ts'
import { writeInput } from './last-input.ts'
import { allTargets } from './targets/all-targets.ts'

const { task, shared } = workerData as { readonly task: Task; readonly shared: SharedArrayBuffer }
const target = allTargets().find(({ name }) => name === task.name)
if (target === undefined) throw new RangeError(`no target ${task.name}`)
parentPort?.postMessage(runCampaign({ ...task, target }, (input) => writeInput(shared, input)))
