/** Operators: who may run a gatekeeper, what is held of their balances, and the enclaves that stand for them. */
import { equalBytes } from '@pha/core/codec'
import type { GatekeepersContext } from './context.ts'
import type { Operator } from './group-schema.ts'

export type Operators = ReturnType<typeof operatorKeeping>

/** An enclave that may become a member. */
export interface Candidate {
  readonly operator: Uint8Array
  readonly identity: Uint8Array
}

export function operatorKeeping({ storage, events, constants, deps }: GatekeepersContext) {
  function find(account: Uint8Array): Operator | undefined {
    return storage.operators.get().find((known) => equalBytes(known.account, account))
  }

  function put(changed: Operator): void {
    storage.operators.mutate((operators) =>
      operators.map((known) => (equalBytes(known.account, changed.account) ? changed : known)),
    )
  }

  function remove(account: Uint8Array): void {
    storage.operators.mutate((operators) => operators.filter((known) => !equalBytes(known.account, account)))
  }

  /** The enclave that stood for an operator before, while it is believed; else the first of its others. */
  function enclaveOf({ account, enclave }: Operator): Uint8Array | undefined {
    if (enclave !== undefined && deps.registry.activeWorker(enclave, 'Gatekeeper') !== undefined) return enclave
    for (const identity of deps.registry.gatekeepersOf(account)) {
      if (deps.registry.activeWorker(identity, 'Gatekeeper') !== undefined) return identity
    }
    return undefined
  }

  return {
    find,
    put,
    remove,

    add(account: Uint8Array): void {
      const operator: Operator = { account, standing: { type: 'Admitted' }, bond: 0n, enclave: undefined }
      storage.operators.mutate((operators) => [...operators, operator])
    },

    /** @throws DispatchFailure `Token.FundsUnavailable` */
    hold(operator: Operator): void {
      const amount = constants.bond - operator.bond
      deps.balances.reserve(operator.account, amount)
      put({ ...operator, bond: constants.bond })
      events.Bonded({ operator: operator.account, amount })
    },

    /** Frees what is left of a bond; who was dismissed is forgotten then. */
    release(operator: Operator): void {
      const { account, bond, standing } = operator
      deps.balances.unreserve(account, bond)
      if (standing.type === 'Dismissed') remove(account)
      else put({ ...operator, standing: { type: 'Admitted' }, bond: 0n })
      events.Unbonded({ operator: account, amount: bond })
    },

    /** Those who may become members, in the order of their admission. */
    candidates(block: number): Candidate[] {
      const excluded = storage.excluded.get().filter(({ until }) => until >= block)
      return storage.operators.get().flatMap((operator) => {
        if (operator.standing.type !== 'Admitted' || operator.bond < constants.bond) return []
        const identity = enclaveOf(operator)
        if (identity === undefined || excluded.some((one) => equalBytes(one.identity, identity))) return []
        return [{ operator: operator.account, identity }]
      })
    },

    /** Notes which enclave stands for whom: a liar is found even if it is not registered any more. */
    noteEnclaves(chosen: readonly Candidate[]): void {
      storage.operators.mutate((operators) =>
        operators.map((known) => {
          const enclave = chosen.find(({ operator }) => equalBytes(operator, known.account))?.identity
          return enclave === undefined ? known : { ...known, enclave }
        }),
      )
    },

    /**
     * What a proven lie costs: the bond, which is burnt so that nobody gains by accusing, and being believed, until newer
     * evidence. A second lie costs what is held then.
     */
    slash(identity: Uint8Array): void {
      deps.registry.suspend(identity)
      const operator = storage.operators
        .get()
        .find(({ enclave }) => enclave !== undefined && equalBytes(enclave, identity))
      if (operator === undefined || operator.bond === 0n) return
      deps.balances.slashReserved(operator.account, operator.bond)
      put({ ...operator, bond: 0n })
      events.GatekeeperSlashed({ identity, operator: operator.account, amount: operator.bond })
    },

    *held(): Generator<readonly [who: Uint8Array, amount: bigint], void, undefined> {
      for (const { account, bond } of storage.operators.get()) yield [account, bond]
    },
  }
}
