/** What operators' tools read of a node. */
export { type MetricsServer, metricsServer } from './metrics-server.ts'
export { type BlockStep, type NodeMetrics, type NodeObserver, nodeMetrics, noObserver } from './node-metrics.ts'
