/** How a call reaches a contract and how an error leaves it. Arguments and results have the types of the method. */
export { Call } from '@pha/core/protocol/call'

import type { Infer } from '@pha/core/schema'
import { t } from '@pha/core/schema'

/** Output of a refused call. Codes are the contract's own, or start with `contract.` for those of the framework. */
export const Rejection = t.struct('Rejection', { code: t.boundedText(64), message: t.boundedText(512) })
export type Rejection = Infer<typeof Rejection>
