/** Bounds of the metrics port, each with its reason. `docs/limits.md` lists the same numbers. */
export const metricsLimits = {
  /** Connections at once: a Prometheus or two, and somebody who looks. */
  connections: 16,
  /** Time to send the head of a request. */
  requestMs: 10_000,
} as const
