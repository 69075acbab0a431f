/** Bounds of the node on code that is not in force yet, each with its reason. `docs/limits.md` lists the same numbers. */
export const rehearsalLimits = {
  /** Until the thread has loaded the node's own code, which takes 0.5 s, and ten times that on a busy machine. */
  startMs: 20_000,
  /** Wall-clock time from then on: some five times what loading and one block take on a busy machine; blocks wait as long, once. */
  timeMs: 6_000,
  /** Heap of the thread: a runtime and its block take a tenth. */
  heapMegabytes: 256,
  /** Stack of the thread, as the node's own. */
  stackMegabytes: 4,
  /** Growth of the process: memory of byte arrays is outside the heap, and counts here. */
  growthMegabytes: 768,
  /** One question or answer between thread and node: the largest value in state is the code itself. */
  messageBytes: 8_388_608,
  /** Refused codes that are remembered, and for how many blocks: a code may fail by the state, or by a busy machine. */
  remembered: 64,
  rememberedBlocks: 20,
} as const
