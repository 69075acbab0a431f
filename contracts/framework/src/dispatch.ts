/** Runs one call of a contract: the same code inside the enclave's executor and in a unit test. */
import { CodecError } from '@pha/core/codec'
import type { Fields, InferFields } from '@pha/core/schema'
import { Call, Rejection } from './abi.ts'
import type { Contract } from './contract.ts'
import type { GuestHost } from './host.ts'
import { withHost } from './host.ts'
import { argsType, type CallContext, type MethodKind } from './methods.ts'
import { ContractRejection } from './rejection.ts'

/** What the executor knows of a call; a job runs as a command. */
export interface Invocation extends Omit<CallContext, 'gasLeft'> {
  readonly kind: 'init' | 'command' | 'query'
  readonly input: Uint8Array
}

export interface Outcome {
  readonly ok: boolean
  readonly output: Uint8Array
}

/**
 * Decodes the input, runs the method, encodes its result. A refusal is an outcome with an encoded `Rejection`;
 * anything else that is thrown is a defect of the contract and ends the execution.
 */
export function dispatch(contract: Contract, invocation: Invocation, host: GuestHost): Outcome {
  try {
    const { method, args } = readCall(contract, invocation)
    const { caller, self, block, random } = invocation
    const context: CallContext = { caller, self, block, random, gasLeft: () => host.gasLeft() }
    const result = withHost(host, () => method.run({ ...args, ...context }))
    return { ok: true, output: method.result.encode(result) }
  } catch (error) {
    if (!(error instanceof ContractRejection)) throw error
    return { ok: false, output: Rejection.encode({ code: error.code, message: error.message }) }
  }
}

const KINDS: { readonly [kind in Invocation['kind']]: readonly MethodKind[] } = {
  init: ['init'],
  command: ['command', 'job'],
  query: ['query'],
}

function readCall(contract: Contract, { kind, input }: Invocation) {
  try {
    const call = Call.decode(input)
    const method = contract.method(call.method)
    if (method === undefined || !KINDS[kind].includes(method.kind)) {
      throw new ContractRejection('contract.no-method', `no ${kind} of this name`)
    }
    return { method, args: method.input.decode(call.args) }
  } catch (error) {
    if (error instanceof CodecError) throw new ContractRejection('contract.bad-input', error.code)
    throw error
  }
}

/** The input bytes of a call. */
export function encodeCall<const A extends Fields>(method: string, fields: A, args: InferFields<A>): Uint8Array {
  return Call.encode({ method, args: argsType(fields).encode(args) })
}
