/** What always holds between blocks; tests and fuzzing ask after every step. */
import { equalBytes } from '@pha/core/codec'
import type { RegistryContext } from './context.ts'
import { familyOf } from './family.ts'

export function registryInvariants({ storage }: RegistryContext) {
  return {
    'workerCount is the number of workers': () => [...storage.workers.keys()].length === storage.workerCount.get(),

    'every enclave has a standing, and is listed in the family of that alone': () => {
      const listed = [...storage.families.keys()]
      const workers = [...storage.workers.entries()]
      return (
        listed.length === workers.length &&
        [...storage.standings.keys()].length === workers.length &&
        workers.every(([identity, { tee }]) => {
          const standing = storage.standings.get(identity)?.standing
          return standing !== undefined && storage.families.has(familyOf(tee, standing), identity)
        })
      )
    },

    'gatekeepers are listed by their operator, and nobody else': () => {
      const listed = [...storage.gatekeepers.keys()]
      const registered = [...storage.workers.entries()].filter(([, { kind }]) => kind.type === 'Gatekeeper')
      return (
        listed.length === registered.length &&
        registered.every(([identity, { operator }]) => storage.gatekeepers.has(operator, identity))
      )
    },

    'collateral is held for each floor, and counted': () => {
      const families = [...storage.floors.keys()]
      return (
        families.length === storage.collateralCount.get() && families.every((family) => storage.collateral.has(family))
      )
    },

    'nothing falls due before nextDue': () =>
      [...storage.dues.entries()].every(([, due]) => due >= storage.nextDue.get()),

    'nobody is listed twice among those that lost standing': () => {
      const lowered = storage.lowered.get()
      return lowered.every((one, i) => lowered.findIndex((other) => equalBytes(one, other)) === i)
    },
  }
}
