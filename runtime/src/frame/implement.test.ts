import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CodecError } from '@pha/core/codec'
import { t } from '@pha/core/schema'
import { MemoryHost } from '../chain/memory-host.ts'
import { checkedAdd, checkedMul, checkedSub } from './checked-math.ts'
import { call, constant, map, pallet, value } from './declare.ts'
import { DispatchFailure } from './dispatch-error.ts'
import { type AnyLogic, Execution, implement, type RunningPallet } from './implement.ts'

const counter = pallet({
  name: 'Counter',
  index: 9,
  docs: '',
  constants: { most: constant(t.u32, 2, 'A test counts to two.') },
  storage: { total: value(t.u32, '', 0), byAccount: map('Blake2_128Concat', t.accountId, t.u32, '') },
  calls: { count: call(0, { by: t.u32 }, ''), reset: call(1, {}, '', { origin: 'root' }) },
  events: { Counted: [{ total: t.u32 }, ''] },
  errors: { Other: 'not thrown', TooMany: 'no more' },
})

const counterLogic = implement(counter, {}, ({ storage, events, errors, constants }) => ({
  calls: {
    count({ who }, { by }) {
      storage.byAccount.mutate(who, (before) => (before ?? 0) + by)
      storage.total.mutate((total) => total + by)
      events.Counted({ total: storage.total.get() })
      if (storage.total.get() > constants.most) throw errors.TooMany('try later')
    },
    reset() {
      storage.total.remove()
      storage.byAccount.clear()
    },
  },
  exposes: { total: () => storage.total.get() },
}))

const reader = pallet({ name: 'Reader', index: 10, docs: '' })
const readerLogic = implement(reader, { counter: counterLogic }, ({ deps }) => ({
  calls: {},
  exposes: { twice: () => 2 * deps.counter.total() },
}))

function start() {
  const execution = new Execution()
  const running = counterLogic.start(execution, () => undefined)
  const readerRunning = readerLogic.start(execution, (logic: AnyLogic) =>
    logic === counterLogic ? running.exposes : undefined,
  )
  const host = new MemoryHost()
  const dispatch = (...args: Parameters<RunningPallet<unknown>['dispatch']>) =>
    execution.on(host, () => execution.overlay.attempt(() => running.dispatch(...args)))
  const read = <T>(work: () => T): T => execution.on(host, work)
  return {
    dispatch,
    read,
    host,
    total: () => read(running.exposes.total),
    twice: () => read(readerRunning.exposes.twice),
  }
}

const who = new Uint8Array(32).fill(1)

describe('an implemented pallet', () => {
  it('changes its storage, and lets others ask', () => {
    const { dispatch, total, twice } = start()
    dispatch('count', { type: 'signed', who }, { by: 2 })
    equal(total(), 2)
    equal(twice(), 4)
  })

  it('fails with its own error, and leaves no trace then', () => {
    const { dispatch, host, total } = start()
    const error = { type: 'Module', value: { index: 9, error: Uint8Array.of(1, 0, 0, 0) } }
    throws(
      () => dispatch('count', { type: 'signed', who }, { by: 3 }),
      (thrown) => {
        deepEqual(thrown instanceof DispatchFailure && thrown.error, error)
        return true
      },
    )
    equal(total(), 0)
    deepEqual([...host.trie.entries()], [])
  })

  it('is called only by the origin that its declaration names', () => {
    const { dispatch } = start()
    const badOrigin = (thrown: unknown) => thrown instanceof DispatchFailure && thrown.error.type === 'BadOrigin'
    throws(() => dispatch('count', { type: 'root' }, { by: 1 }), badOrigin)
    throws(() => dispatch('count', { type: 'none' }, { by: 1 }), badOrigin)
    throws(() => dispatch('reset', { type: 'signed', who }, {}), badOrigin)
    dispatch('reset', { type: 'root' }, {})
  })

  it('never stores a number that its type does not hold', () => {
    const { dispatch } = start()
    throws(() => dispatch('count', { type: 'signed', who }, { by: 2 ** 32 }), CodecError)
  })

  it('is of no use outside a runtime call', () => {
    const execution = new Execution()
    const { exposes } = counterLogic.start(execution, () => undefined)
    throws(() => exposes.total(), { code: 'runtime.fault' })
  })
})

describe('checked arithmetic', () => {
  it('fails where a u128 ends', () => {
    const most = 2n ** 128n - 1n
    equal(checkedAdd(most - 1n, 1n), most)
    equal(checkedSub(1n, 1n), 0n)
    equal(checkedMul(2n ** 64n, 2n ** 63n), 2n ** 127n)
    const fails = (type: string) => (thrown: unknown) => {
      deepEqual(thrown instanceof DispatchFailure && thrown.error, { type: 'Arithmetic', value: { type } })
      return true
    }
    throws(() => checkedAdd(most, 1n), fails('Overflow'))
    throws(() => checkedMul(2n ** 64n, 2n ** 64n), fails('Overflow'))
    throws(() => checkedSub(0n, 1n), fails('Underflow'))
  })
})
