import { equal, match, ok } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { manualClock } from '../consensus/index.ts'
import type { Node } from '../node/index.ts'
import { alice, nextBlock, startTestNode, transfer } from '../node/test-node.ts'
import { readiness } from '../rpc/health.ts'

describe('what operators read of a node', () => {
  let node: Node
  before(async () => {
    node = await startTestNode({ prometheusPort: 0 })
  })
  after(() => node[Symbol.asyncDispose]())

  const metrics = async () => (await fetch(`http://127.0.0.1:${node.prometheusPort}/metrics`)).text()
  /** The value of a series. */
  const value = (text: string, series: string): number => {
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `))
    ok(line !== undefined, `${series} in the metrics`)
    return Number(line.slice(series.length + 1))
  }

  it('has height, pool, block times and RPC calls as Prometheus text', async () => {
    const made = nextBlock(node, ({ block }) => block.body.length > 1)
    ok((await node.pool.submit(transfer(node, alice, 0))).ok)
    const { block } = await made
    const ask = (method: string) =>
      fetch(`http://127.0.0.1:${node.port}`, { method: 'POST', body: JSON.stringify({ id: 1, method, params: ['?'] }) })
    await ask('chain_getFinalizedHead')
    await ask('state_getStorage')
    await ask('no_such_method')
    const text = await metrics()
    ok(value(text, 'substrate_block_height{status="finalized"}') >= block.header.number)
    equal(value(text, 'substrate_ready_transactions_number'), 0)
    equal(value(text, 'substrate_rpc_calls_finished{method="chain_getFinalizedHead",is_error="false"}'), 1)
    equal(value(text, 'substrate_rpc_calls_finished{method="state_getStorage",is_error="true"}'), 1)
    ok(!text.includes('no_such_method'), 'strangers make no series')
    for (const step of ['execute', 'finalise', 'commit']) {
      ok(value(text, `pha_block_seconds_count{step="${step}"}`) >= block.header.number)
    }
    match(text, /^process_resident_memory_bytes /m)
  })

  it('serves nothing else on that port', async () => {
    const url = `http://127.0.0.1:${node.prometheusPort}`
    equal((await fetch(`${url}/`)).status, 404)
    equal((await fetch(`${url}/metrics`, { method: 'POST', body: 'x' })).status, 404)
  })

  it('is ready while blocks are new, and says why not when they are old', async () => {
    const answer = await fetch(`http://127.0.0.1:${node.port}/health/readiness`)
    equal(answer.status, 200)
    equal((await answer.json()).ready, true)
    const components = { chain: node.chain, makesBlocks: true, clock: manualClock(Date.now() + 60_000) }
    const late = readiness(components)
    equal(late.status, 503)
    match(JSON.stringify(late.body), /the newest block is [56]\d s old/)
    equal(readiness({ ...components, makesBlocks: false }).status, 200)
  })
})
