/** The gatekeepers pallet, put together from its parts. */
import { implement } from '../../frame/implement.ts'
import { accusationCalls } from './accusations.ts'
import { beaconCalls } from './beacon.ts'
import { blastRadiusOf } from './blast-radius.ts'
import { ceremonyCourse } from './ceremonies.ts'
import { ceremonyCalls } from './ceremony-calls.ts'
import { ceremonyPlans } from './ceremony-plans.ts'
import { ceremonyRecord } from './ceremony-record.ts'
import { ceremonySpeech } from './ceremony-speech.ts'
import { dependencies } from './context.ts'
import { custodianCalls } from './custodians.ts'
import { governanceCalls } from './governance.ts'
import { gatekeeperInvariants } from './invariants.ts'
import { gatekeeperMigrations } from './migrations.ts'
import { operatorKeeping } from './operators.ts'
import { releaseCalls } from './release.ts'
import { rootRotation } from './root-rotation.ts'
import { gatekeepers } from './schema.ts'
import { signatureChecks } from './signed-by.ts'

export const gatekeepersLogic = implement(gatekeepers, dependencies, (context) => {
  const { storage } = context
  const operators = operatorKeeping(context)
  const record = ceremonyRecord(context)
  const signedBy = signatureChecks(context)
  const rotation = rootRotation(context)
  const speech = ceremonySpeech(context, record, operators)
  const plan = ceremonyPlans(context, { record, operators, rotation })
  return {
    calls: {
      ...releaseCalls(context, signedBy),
      ...governanceCalls(context, operators, rotation),
      ...ceremonyCalls(context, { record, speech, signedBy }),
      ...custodianCalls(context, speech),
      ...accusationCalls(context, { operators, signedBy }),
      ...beaconCalls(context, signedBy),
    },
    hooks: ceremonyCourse(context, { record, operators, plan, rotation }),
    migrations: gatekeeperMigrations(context),
    invariants: gatekeeperInvariants(context),
    held: operators.held,
    exposes: { blastRadius: blastRadiusOf(context), rotation: rotation.progress },

    genesis({ target, operators: admitted }) {
      if (target !== undefined) storage.target.set(target)
      for (const account of admitted) {
        operators.add(account)
        const operator = operators.find(account)
        if (operator !== undefined) operators.hold(operator)
      }
    },
  }
})
