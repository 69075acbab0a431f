import { deepEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as sdk from './index.ts'

describe('the public names of the SDK', () => {
  it('are these: another one is a decision, not an accident', () => {
    deepEqual(Object.keys(sdk).sort(), [
      'ContractRejection',
      'DEFAULT_POLICY',
      'PHA',
      'PhaError',
      'RpcError',
      'Secret',
      'contractClient',
      'createClient',
      'createPermit',
      'delegatePermit',
      'deployContract',
      'deriveAccount',
      'deriveDevAccount',
      'encodeInit',
      'fromHex',
      'generateAgreementKey',
      'getAccount',
      'getBlastRadius',
      'getContract',
      'getRootRotation',
      'getStatus',
      'keypairFromSeed',
      'listCollateral',
      'listWorkers',
      'makeReceipt',
      'openSession',
      'permitFile',
      'permitKey',
      'query',
      'readPermitFile',
      'readStorage',
      'revokeAllPermits',
      'revokePermit',
      'runJob',
      'sendCall',
      'sendCommand',
      'ss58Decode',
      'ss58Encode',
      'toHex',
      'transfer',
      'uploadCode',
      'verifyReceipt',
      'waitForCommandKey',
      'waitForReply',
    ])
  })
})
