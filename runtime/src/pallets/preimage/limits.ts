/** What may be stored on behalf of a hash. */
import { MAX_EXTRINSIC_BYTES } from '../system/limits.ts'

/** Bytes of one preimage: what one extrinsic can bring. Substrate's 4 MiB would need larger extrinsics. */
export const MAX_PREIMAGE_BYTES = MAX_EXTRINSIC_BYTES
