/** Bounds of a worker's host, each with its reason. `docs/limits.md` lists the same numbers. */
export const workerLimits = {
  /** Requests to the enclave in flight: what it works on at once. */
  enclaveRequests: 256,
  /** Requests of the enclave in work: what it may ask at once; more is a broken enclave. */
  servedRequests: 1_024,
  /** Bytes that wait for an enclave that does not read, before it is killed: three frames of the largest size. */
  unreadBytes: 201_523_200,
  /** Time for an answer of the enclave: a query or a proof takes milliseconds, a slow contract seconds. */
  enclaveTimeoutMs: 30_000,
  /** Time for a finalised header: the enclave may catch up on many messages first. */
  finalisedTimeoutMs: 120_000,
  /** Time for the enclave to end by itself after its input ended. */
  enclaveEndMs: 3_000,
  /** First and longest wait before a dead enclave is started again. */
  restartMs: 100,
  longestRestartMs: 10_000,
  /** An enclave that lived this long died of something new: the wait begins from the start. */
  healthyMs: 30_000,
  /** One line of an enclave's log. */
  logLine: 4_096,
  /** Calls of one operator that wait for a block: half of what the node keeps of one sender. */
  operatorCalls: 256,
  /** Time after which a call that is in no block is sent again: several blocks. */
  resubmitMs: 5_000,
  /** First and longest wait before a refused call is signed and sent again. */
  retryMs: 200,
  longestRetryMs: 5_000,
  /** One message from the node: the largest page of messages as hex in JSON, doubled. */
  nodeMessage: 33_554_432,
  /** Time for one request to the node, reconnecting included. */
  nodeTimeoutMs: 30_000,
  /** First and longest wait before connecting to the node again: a refused connection costs both sides a millisecond. */
  reconnectMs: 50,
  longestReconnectMs: 250,
  /** Pages of 1,000 workers read to find peers: the registry's largest size. */
  workerPages: 2,
  /** How long the list of peers is used before it is read again. */
  peersMs: 10_000,
  /** Time to deliver a release directly: a few blocks, after which the chain is as fast. */
  deliveryMs: 2_000,
  /** HTTP connections at once: each costs some 20 KB; more clients than one worker can serve. */
  connections: 512,
  /** HTTP requests in work at once: the enclave's 256, less room for the host's own. */
  concurrentRequests: 192,
  /** Requests of one connection: a burst, and how many more each second. A busy client's queries take 2 ms each. */
  requestBurst: 1_000,
  requestsPerSecond: 500,
  /** Time to send the head or body of a request. */
  requestMs: 15_000,
  /** An idle connection is kept this long: sessions ask now and then. */
  idleConnectionMs: 60_000,
  /** A WebSocket that does not answer a ping until the next one is ended. */
  pingMs: 30_000,
  /** A WebSocket that takes none of what waits for it this long is ended. */
  stalledSocketMs: 30_000,
  /** Bytes of a request's head. */
  headerBytes: 8_192,
  /** Characters of a request's path: the longest is `/reply/<contract>/<sequence>`. */
  path: 256,
  /** Previews kept of what passed through the host. */
  seen: 512,
} as const
