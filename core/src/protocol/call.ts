/**
 * Input of every execution of a contract that is made with the framework: which method, and its arguments. The framework
 * reads it inside the contract, and an enclave reads the name before, where a permit allows some methods only.
 */
import { type Infer, t } from '../schema/index.ts'

/** `args` is the SCALE form of the method's declaration. */
export const Call = t.struct('Call', { method: t.boundedText(64), args: t.bytes })
export type Call = Infer<typeof Call>
