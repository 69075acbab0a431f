/** What the parts of this pallet work with. */
import type { PalletContext } from '../../frame/implement.ts'
import { preimageLogic } from '../preimage/logic.ts'
import { systemLogic } from '../system/logic.ts'
import type { scheduler } from './schema.ts'

export const schedulerDeps = { system: systemLogic, preimage: preimageLogic }

export type SchedulerContext = PalletContext<typeof scheduler, typeof schedulerDeps>
