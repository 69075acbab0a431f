/** What a referendum decides: the attestation policy, the builds that are believed, and keys that no vendor signs. */
import { checkPolicy, diffPolicies, policyBounds } from '@pha/core/attestation'
import { equalBytes } from '@pha/core/codec'
import type { RegistryCalls, RegistryContext } from './context.ts'
import type { Judging } from './judging.ts'

type Calls = Pick<RegistryCalls, 'setPolicy' | 'setMeasurement' | 'retireMeasurement' | 'setAnchorKey'>

export function governanceCalls(
  { storage, events, errors, constants, deps }: RegistryContext,
  judging: Judging,
): Calls {
  /** Retired builds make room for new ones; what they ran is believed no more, listed or not. */
  function makeRoom(block: number): void {
    const listed = [...storage.measurements.entries()]
    if (listed.length < constants.maxMeasurements) return
    const retired = listed.filter(([, { retiredFrom }]) => retiredFrom !== undefined && retiredFrom <= block)
    if (retired.length === 0) throw errors.MeasurementListFull()
    for (const [measurement] of retired) storage.measurements.remove(measurement)
  }

  return {
    setPolicy(_root, { policy }) {
      const before = storage.attestationPolicy.get()
      const fault = checkPolicy(policy)
      if (fault !== undefined) throw errors.PolicyInvalid(fault)
      const simulatedBefore = before.simulated?.roots ?? []
      const isKnown = (root: Uint8Array): boolean => simulatedBefore.some((known) => equalBytes(known, root))
      if (policy.simulated !== undefined && !policy.simulated.roots.every(isKnown)) throw errors.SimulatedRootAdded()
      const changes = diffPolicies(before, policy)
      if (changes.length === 0 || changes.length > policyBounds.changes)
        throw errors.PolicyInvalid(`${changes.length} changes`)
      storage.attestationPolicy.set(policy)
      events.PolicyChanged({ changes })
      judging.judgeAll(undefined)
    },

    setMeasurement(_root, { measurement, allowed }) {
      const block = deps.system.blockNumber()
      const { activeFrom, retiredFrom } = allowed
      // A build reads everything that it is given: who objects has this time to take his data away.
      if (activeFrom < block + storage.noticeBlocks.get()) throw errors.NoticeTooShort()
      if (retiredFrom !== undefined && retiredFrom <= activeFrom) throw errors.RetirementNotForward()
      const known = storage.measurements.get(measurement)
      const isRetired = known?.retiredFrom !== undefined && known.retiredFrom <= block
      if (known !== undefined && !isRetired) throw errors.MeasurementExists()
      if (known === undefined) makeRoom(block)
      storage.measurements.set(measurement, allowed)
      if (retiredFrom !== undefined) judging.noteRetirement(retiredFrom)
      events.MeasurementSet({ measurement, allowed })
    },

    retireMeasurement(_root, { measurement, retiredFrom }) {
      const known = storage.measurements.get(measurement)
      if (known === undefined) throw errors.MeasurementUnknown()
      const isLater = known.retiredFrom !== undefined && retiredFrom >= known.retiredFrom
      if (isLater || retiredFrom <= deps.system.blockNumber()) throw errors.RetirementNotForward()
      storage.measurements.set(measurement, { ...known, retiredFrom })
      judging.noteRetirement(retiredFrom)
      events.MeasurementRetired({ measurement, retiredFrom })
    },

    setAnchorKey(_root, { instance, key }) {
      if (key === undefined) storage.anchorKeys.remove(instance)
      else storage.anchorKeys.set(instance, key)
      events.AnchorKeySet({ instance, key })
      judging.judgeAll({ type: 'Other', value: { type: 'Cca' } })
    },
  }
}
