/** How an enclave is started: Node with nothing allowed but its own program and its sealed store. */

/** Where kernels and Gramine give evidence; on machines without a TEE nothing is there. */
const TEE_FILES = ['/dev/attestation', '/sys/kernel/config/tsm/report'] as const

export interface EnclaveFiles {
  /** The measured program: one file. */
  readonly bundle: string
  /** Folder of its sealed store. */
  readonly store: string
}

/**
 * Program and arguments. No network, no child processes, no workers, no addons: Node's permission model denies what is
 * not named. It stands for the border that a real TEE draws.
 *
 * TEEs behind a socket (dstack, Nitro) need `--allow-net`; there the image starts the program, not a host.
 *
 * @param wrapper put in front: a recorder of the channel, or an enclave of a test's own
 * @example
 * const [program, ...args] = enclaveCommand({ bundle, store })
 */
export function enclaveCommand({ bundle, store }: EnclaveFiles, wrapper: readonly string[] = []): readonly string[] {
  return [
    ...wrapper,
    process.execPath,
    '--permission',
    `--allow-fs-read=${bundle}`,
    `--allow-fs-read=${store}`,
    `--allow-fs-write=${store}`,
    ...TEE_FILES.flatMap((path) => [`--allow-fs-read=${path}`, `--allow-fs-write=${path}`]),
    bundle,
    '--store',
    store,
  ]
}
