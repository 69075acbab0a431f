import { deepEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CodedError } from '@pha/core/codec'
import { CliError, describeFailure } from './cli-error.ts'

class PortError extends CodedError<'dev.port-taken'> {}

describe('the report of a failure', () => {
  it('has the code once, whether the error begins with it or not', () => {
    const report = { code: 'dev.port-taken', message: 'port 9944', fix: 'choose another' }
    deepEqual(describeFailure(new PortError('dev.port-taken', 'port 9944', { fix: 'choose another' })), report)
    deepEqual(describeFailure(new CliError('dev.port-taken', 'port 9944', 'choose another')), report)
  })

  it('has a code of ours for what the system says, and for what is thrown without one', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    deepEqual(describeFailure(full), { code: 'cli.system-failed', message: 'ENOSPC: no space left on device' })
    deepEqual(describeFailure('nothing'), { code: 'cli.unexpected', message: 'nothing' })
  })
})
