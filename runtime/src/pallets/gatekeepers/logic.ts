/** The gatekeepers pallet, put together from its parts. */
import { implement } from '../../frame/implement.ts'
import { accusationCalls } from './accusations.ts'
import { beaconCalls } from './beacon.ts'
import { blastRadiusOf } from './blast-radius.ts'
import { ceremonyCourse } from './ceremonies.ts'
import { ceremonyCalls } from './ceremony-calls.ts'
import { ceremonyRecord } from './ceremony-record.ts'
import { dependencies } from './context.ts'
import { governanceCalls } from './governance.ts'
import { gatekeeperInvariants } from './invariants.ts'
import { gatekeeperMigrations } from './migrations.ts'
import { operatorKeeping } from './operators.ts'
import { releaseCalls } from './release.ts'
import { gatekeepers } from './schema.ts'
import { signatureChecks } from './signed-by.ts'

export const gatekeepersLogic = implement(gatekeepers, dependencies, (context) => {
  const { storage } = context
  const operators = operatorKeeping(context)
  const record = ceremonyRecord(context)
  const signedBy = signatureChecks(context)
  return {
    calls: {
      ...releaseCalls(context, signedBy),
      ...governanceCalls(context, operators),
      ...ceremonyCalls(context, { record, operators, signedBy }),
      ...accusationCalls(context, { operators, signedBy }),
      ...beaconCalls(context, signedBy),
    },
    hooks: ceremonyCourse(context, record, operators),
    migrations: gatekeeperMigrations(context),
    invariants: gatekeeperInvariants(context),
    held: operators.held,
    exposes: { blastRadius: blastRadiusOf(context) },

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
