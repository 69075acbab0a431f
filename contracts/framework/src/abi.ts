/** How a call reaches a contract and how an error leaves it. Arguments and results have the types of the method. */
import type { Infer } from '@pha/core/schema'
import { t } from '@pha/core/schema'

/** Input of every execution: which method, and its arguments in the SCALE form of their declaration. */
export const Call = t.struct('Call', { method: t.boundedText(64), args: t.bytes })
export type Call = Infer<typeof Call>

/** Output of a refused call. Codes are the contract's own, or start with `contract.` for those of the framework. */
export const Rejection = t.struct('Rejection', { code: t.boundedText(64), message: t.boundedText(512) })
export type Rejection = Infer<typeof Rejection>
