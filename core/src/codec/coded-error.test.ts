import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CodedError } from '@pha/core/codec'

class DoorError extends CodedError<'door.locked'> {
  override readonly name = 'DoorError'
}

class QuietError extends CodedError<'quiet.failed'> {
  protected static override readonly codeInMessage = false
  override readonly name = 'QuietError'
}

describe('CodedError', () => {
  it('is an error of its class whose message begins with the code', () => {
    const error = new DoorError('door.locked', 'the front door')
    ok(error instanceof Error && error instanceof CodedError)
    equal(String(error), 'DoorError: door.locked: the front door')
    equal(error.code, 'door.locked')
  })

  it('has the code alone as message where there is nothing more to say', () => {
    equal(new DoorError('door.locked').message, 'door.locked')
  })

  it('leaves the code out of the message for classes that ask for it', () => {
    const error = new QuietError('quiet.failed', 'no answer')
    deepEqual([error.message, error.code], ['no answer', 'quiet.failed'])
    equal(new QuietError('quiet.failed').message, '')
  })

  it('carries a fix and a cause, and has no cause of its own without one', () => {
    const cause = new Error('below')
    const error = new DoorError('door.locked', 'the front door', { fix: 'ring the bell', cause })
    equal(error.fix, 'ring the bell')
    equal(error.cause, cause)
    const plain = new DoorError('door.locked')
    equal(plain.fix, undefined)
    ok(!Object.hasOwn(plain, 'cause'))
  })
})
