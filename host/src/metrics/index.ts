/** What operators' tools read of a node. */
export { type MetricsServer, metricsServer } from './metrics-server.ts'
export { type NodeMetrics, nodeMetrics } from './node-metrics.ts'
