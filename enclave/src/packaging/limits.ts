/** Bounds on the files that measurements are computed from: they may come from strangers, each with its reason. */
export const packagingLimits = {
  /** Firmware images are 2 to 16 MiB. */
  firmwareBytes: 67_108_864,
  /** Sections of a firmware that are loaded for the guest: real ones declare 5 to 7. */
  firmwareSections: 64,
  /** Pages that the sections of one firmware may cover, 256 MiB: each costs one hash. */
  firmwarePages: 65_536,
  /** As the enclave image format has room for. */
  eifSections: 32,
  /** Enclaves of Nitro: kernel and ramdisks lie in memory. */
  eifBytes: 17_179_869_184,
  /** A bundle, a kernel, or a ramdisk with a whole system in it. */
  programBytes: 2_147_483_648,
  /** An event log of dstack has 30 events of 200 bytes. */
  eventLogBytes: 4_194_304,
  /** As above. */
  events: 4_096,
  /** dstack refuses larger ones. */
  appComposeBytes: 262_144,
  /** Virtual processors of one guest; each costs one page. */
  guestProcessors: 1_024,
} as const
