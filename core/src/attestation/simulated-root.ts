/**
 * The root that certifies simulated platforms in development. Its secret is derived from a public string
 * (`enclave/src/tee/simulated.ts`), so anyone can certify anything: never put it into the policy of a chain with value.
 */
import { fromHex } from '../codec/index.ts'

/** ed25519 public key. */
export const developmentSimulatedRoot: Uint8Array = fromHex(
  '0xcf079abdd9a42cbe1386b1f78ce429b65c252c3117da6cc14d87d4729046410d',
)
