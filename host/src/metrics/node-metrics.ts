/**
 * What an operator's Prometheus reads of a node. Names that Substrate nodes have keep their meaning, ours begin with
 * `pha_`. Labels come from closed lists (methods that are served, steps, states), so no stranger can make series.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { NodeObserver } from './node-observer.ts'

/** What is read when somebody asks. */
export interface MetricSources {
  readonly height: () => number
  readonly ready: () => number
  readonly future: () => number
  /** Transactions and signatures that wait for a thread. */
  readonly signatures: () => number
}

export interface NodeMetrics extends NodeObserver {
  readonly contentType: string
  /** The text exposition format. */
  text(): Promise<string>
}

/** Microseconds, as Substrate has them. */
const RPC_BUCKETS = [25, 100, 500, 1_000, 2_500, 10_000, 25_000, 100_000, 1_000_000, 10_000_000]
const BLOCK_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3]

/**
 * @example
 * const metrics = nodeMetrics({ height: () => chain.head.block.header.number, ready, future, signatures })
 * metrics.blockStep('commit', 0.004)
 */
export function nodeMetrics({ height, ready, future, signatures }: MetricSources): NodeMetrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'substrate_block_height',
    help: 'Number of the newest block. Every block is final at once.',
    labelNames: ['status'],
    registers,
    collect() {
      this.set({ status: 'best' }, height())
      this.set({ status: 'finalized' }, height())
    },
  })
  gauge('substrate_ready_transactions_number', 'Transactions that can be in the next block.', ready)
  gauge('pha_future_transactions_number', 'Transactions that wait for one of their sender before them.', future)
  gauge('pha_signature_checks_waiting', 'Transactions and signatures that wait for a thread or are in one.', signatures)
  const started = new Counter({
    name: 'substrate_rpc_calls_started',
    help: 'JSON-RPC calls, by method.',
    labelNames: ['method'],
    registers,
  })
  const finished = new Counter({
    name: 'substrate_rpc_calls_finished',
    help: 'JSON-RPC calls that were answered, by method and outcome.',
    labelNames: ['method', 'is_error'],
    registers,
  })
  const time = new Histogram({
    name: 'substrate_rpc_calls_time',
    help: 'Microseconds from a JSON-RPC call to its answer.',
    labelNames: ['method'],
    buckets: RPC_BUCKETS,
    registers,
  })
  const opened = new Counter({ name: 'substrate_rpc_sessions_opened', help: 'WebSockets that were opened.', registers })
  const closed = new Counter({ name: 'substrate_rpc_sessions_closed', help: 'WebSockets that were closed.', registers })
  const steps = new Histogram({
    name: 'pha_block_seconds',
    help: 'Seconds that a block takes: transactions (execute), roots (finalise), disk (commit).',
    labelNames: ['step'],
    buckets: BLOCK_BUCKETS,
    registers,
  })

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  }

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    rpcCall(method) {
      const start = performance.now()
      started.inc({ method })
      return (isError) => {
        finished.inc({ method, is_error: String(isError) })
        time.observe({ method }, (performance.now() - start) * 1_000)
      }
    },
    rpcSession: (change) => (change === 'opened' ? opened : closed).inc(),
    blockStep: (step, seconds) => steps.observe({ step }, seconds),
  }
}
