import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { registry } from '@pha/runtime/pallets'
import { createClient } from '../client.ts'
import { TestNode } from '../test-node.ts'
import { type ListedCollateral, listCollateral } from './list-collateral.ts'

const bytes = new Uint8Array([1])
const { collateral: items, floors, collateralCount } = registry.storage

const families = (['VCEK', 'VLEK'] as const).map(
  (type) => ({ type: 'Snp', value: { product: { type: 'Milan' }, signingKey: { type } } }) as const,
)
const version = { type: 'Snp', value: { askIssuedAt: 1_600_000_000n, crlIssuedAt: 1_700_000_000n } } as const
const held = items.type.encode({
  collateral: { type: 'Snp', value: { ask: bytes, ark: bytes, crl: bytes } },
  heldSince: 7,
  expiresAt: 1_702_000_000n,
})
const state = [
  [collateralCount.key(), collateralCount.type.encode(2)] as const,
  ...families.flatMap((family) => [
    [items.key(family), held] as const,
    [floors.key(family), floors.type.encode(version)] as const,
  ]),
]

describe('listing collateral', () => {
  it('says of each family how new it is and when it ends, proven', async () => {
    await using node = await new TestNode(state).start()
    await using client = createClient({ url: node.url })
    const { collateral, complete } = await listCollateral(client)
    equal(complete, true)
    const rest = { version, heldSince: 7, expiresAt: 1_702_000_000 }
    // The node lists them in the order of hashes.
    const inOrder = collateral.toSorted((left, right) => compare(signingKeyOf(left), signingKeyOf(right)))
    deepEqual(
      inOrder,
      families.map((family) => ({ family, ...rest })),
    )
  })

  it('sees that a node leaves some out, and takes none that it makes up', async () => {
    await using node = await new TestNode(state).start()
    await using client = createClient({ url: node.url })
    node.lie = (method, result) => (method === 'state_getKeysPaged' ? (result as string[]).slice(1) : result)
    const some = await listCollateral(client)
    deepEqual([some.collateral.length, some.complete], [1, false])
    const another = toHex(items.key({ type: 'Other', value: { type: 'Nitro' } }))
    node.lie = (method, result) => (method === 'state_getKeysPaged' ? [...(result as string[]), another] : result)
    const madeUp = await listCollateral(client)
    deepEqual([madeUp.collateral.length, madeUp.complete], [2, true])
  })
})

function signingKeyOf({ family }: ListedCollateral): string {
  return family.type === 'Snp' ? family.value.signingKey.type : ''
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right)
}
