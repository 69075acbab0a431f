/** The thread of `guarded-legs.ts`: runs one leg after another, as it is told. */
import { parentPort, workerData } from 'node:worker_threads'
import { writeInput } from '../scale/last-input.ts'
import { type Leg, runLeg } from './run-leg.ts'

const shared = workerData as SharedArrayBuffer
parentPort?.on('message', (leg: Leg) => {
  parentPort?.postMessage(runLeg(leg, (input) => writeInput(shared, input)))
})
