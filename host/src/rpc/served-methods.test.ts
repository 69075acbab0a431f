import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Params } from './params.ts'
import { METHOD_CHOICES, servedMethods } from './served-methods.ts'

describe('served methods', () => {
  it('are listed by rpc_methods, itself among them', () => {
    for (const choice of METHOD_CHOICES) {
      const served = servedMethods(choice, '127.0.0.1')
      const list = served.get('rpc_methods')?.(new Params([]), {} as never)
      deepEqual(list, { methods: [...served.keys()].sort() })
    }
  })

  it('are of the older groups alone if the operator says so', () => {
    const served = [...servedMethods('legacy', '127.0.0.1').keys()]
    deepEqual([...new Set(served.map((name) => name.slice(0, name.indexOf('_'))))].sort(), [
      'account',
      'author',
      'chain',
      'payment',
      'pha',
      'rpc',
      'state',
      'system',
    ])
  })

  it('run extrinsics without payment only for who sits at the machine', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) {
      equal(servedMethods('all', host).has('system_dryRun'), true, host)
    }
    for (const host of ['0.0.0.0', '::', '192.168.1.2', '1127.0.0.1']) {
      equal(servedMethods('all', host).has('system_dryRun'), false, host)
    }
  })
})
