/**
 * What calls cost, measured: written by `node testing/weights/main.ts --write`, read by the schemas of pallets.
 *
 * Picoseconds on AMD EPYC, Node 26.10.0, half as much again
 * as was measured; entries that are read and written beyond those of any extrinsic, counted exactly.
 */

/** A block without transactions: hooks, root, journal, tables. */
export const BASE_BLOCK_TIME = 2_800_000_000n

/** Decoding, one signature, the checks of extensions, the fee, the events. */
export const BASE_EXTRINSIC_TIME = 410_000_000n

/** An entry of 200,000 that the process has not read before; the kernel has its page. */
export const DB_READ_TIME = 8_300_000n

/** One of 1,000 entries of 200,000 that a block writes: trie nodes, journal, tables, and the nodes it makes superfluous. */
export const DB_WRITE_TIME = 310_000_000n

export const WEIGHTS = {
  System: {
    /** Up to the largest extrinsic; perUnit: for each byte. */
    remark: { refTime: 20_000_000n, perUnit: 11_000n, reads: 0, writes: 0 },
    /** Up to the largest extrinsic, hashed; perUnit: for each byte. */
    remarkWithEvent: { refTime: 20_000_000n, perUnit: 8_700n, reads: 0, writes: 0 },
    /** The largest code, written and loaded; its rehearsal is not in it. */
    setCode: { refTime: 220_000_000_000n, reads: 1, writes: 1 },
    /** The largest code, written and loaded; its rehearsal is not in it. */
    setCodeWithoutChecks: { refTime: 250_000_000_000n, reads: 1, writes: 1 },
    /** Any hash. */
    authorizeUpgrade: { refTime: 20_000_000n, reads: 0, writes: 1 },
    /** Any hash. */
    authorizeUpgradeWithoutChecks: { refTime: 21_000_000n, reads: 0, writes: 1 },
    /** The largest code, written and loaded; its rehearsal is not in it. */
    applyAuthorizedUpgrade: { refTime: 210_000_000_000n, reads: 2, writes: 2 },
  },
  Timestamp: {
    /** As every block has it. */
    set: { refTime: 39_000_000n, reads: 2, writes: 2 },
  },
  Balances: {
    /** The sender vanishes and leaves dust, the receiver comes into being. */
    transferAllowDeath: { refTime: 34_000_000n, reads: 1, writes: 1 },
    /** The receiver comes into being. */
    transferKeepAlive: { refTime: 34_000_000n, reads: 1, writes: 1 },
    /** The sender vanishes, the receiver comes into being. */
    transferAll: { refTime: 55_000_000n, reads: 1, writes: 1 },
  },
  Registry: {
    /** A DCAP quote dated by the oldest block that may date it. */
    register: { refTime: 36_000_000_000n, reads: 2411, writes: 5 },
    /** The longest endpoint. */
    setEndpoint: { refTime: 83_000_000n, reads: 1, writes: 1 },
    /** Always the same. */
    deregister: { refTime: 43_000_000n, reads: 5, writes: 6 },
    /** As many of its machines as are judged in one block, the level of each changes. */
    updateCollateral: { refTime: 63_000_000_000n, reads: 522, writes: 261 },
    /** As many enclaves as are judged in one block, all of them refused. */
    setPolicy: { refTime: 20_000_000_000n, reads: 522, writes: 262 },
    /** Into a list full of retired builds. */
    setMeasurement: { refTime: 1_900_000_000n, reads: 132, writes: 64 },
    /** Always the same. */
    retireMeasurement: { refTime: 48_000_000n, reads: 2, writes: 2 },
    /** As many realms as are judged in one block, all of them refused. */
    setAnchorKey: { refTime: 17_000_000_000n, reads: 522, writes: 262 },
    /** As many of its machines as are judged in one block, the level of each changes. */
    updateRevocations: { refTime: 27_000_000_000n, reads: 523, writes: 263 },
  },
  Contracts: {
    /** The largest code, hashed; perUnit: for each byte. */
    uploadCode: { refTime: 20_000_000n, perUnit: 29_000n, reads: 1, writes: 1 },
    /** The largest registry, the most replicas. */
    deploy: { refTime: 120_000_000_000n, reads: 4026, writes: 41 },
    /** The longest command, sealed to the epoch before, which opens a batch; perUnit: for each byte. */
    send: { refTime: 140_000_000n, perUnit: 37_000n, reads: 10, writes: 8 },
    /** The vote that makes a majority of sixteen, on a key that takes the place of another. */
    publishCommandKey: { refTime: 1_300_000_000n, reads: 40, writes: 14 },
    /** The vote that makes a majority of sixteen, with transfers to new accounts; perUnit: for each transfer. */
    commit: { refTime: 1_000_000_000n, perUnit: 360_000_000n, reads: 68, writes: 43 },
    /** The largest registry. */
    replaceReplica: { refTime: 94_000_000_000n, reads: 4006, writes: 7 },
    /** Where no rotation goes on: it begins. */
    rotateKey: { refTime: 45_000_000n, reads: 4, writes: 2 },
    /** Of keys in force. */
    setKeyPeriod: { refTime: 20_000_000n, reads: 2, writes: 2 },
  },
  Gatekeepers: {
    /** The last of sixteen replicas. */
    requestKey: { refTime: 430_000_000n, reads: 7, writes: 1 },
    /** The last of sixteen replicas. */
    releaseKey: { refTime: 470_000_000n, reads: 10, writes: 1 },
    /** Always the same. */
    setTarget: { refTime: 20_000_000n, reads: 0, writes: 1 },
    /** The last that there is room for. */
    admitOperator: { refTime: 140_000_000n, reads: 1, writes: 1 },
    /** The last of the list. */
    dismissOperator: { refTime: 220_000_000n, reads: 1, writes: 1 },
    /** The last of the list. */
    bond: { refTime: 180_000_000n, reads: 1, writes: 1 },
    /** A member of a group no more, with another in office, while a ceremony goes on. */
    unbond: { refTime: 140_000_000n, reads: 4, writes: 1 },
    /** Always the same. */
    join: { refTime: 360_000_000n, reads: 5, writes: 2 },
    /** To the most receivers; perUnit: for each commitment. */
    deal: { refTime: 4_800_000_000n, perUnit: 230_000_000n, reads: 7, writes: 3 },
    /** A complaint about everyone. */
    check: { refTime: 530_000_000n, reads: 26, writes: 2 },
    /** Everyone else accuses; perUnit: for each share. */
    answer: { refTime: 6_600_000_000n, perUnit: 6_200_000_000n, reads: 113, writes: 6 },
    /** Always the same. */
    rotateRoot: { refTime: 22_000_000n, reads: 4, writes: 1 },
    /** The last of the most that are combined. */
    giveBeaconPartial: { refTime: 21_000_000_000n, reads: 5, writes: 2 },
    /** The most custodians, while an escrow goes on. */
    setCustodians: { refTime: 260_000_000n, reads: 3, writes: 3 },
    /** A complaint about everyone. */
    checkEscrow: { refTime: 140_000_000n, reads: 2, writes: 2 },
    /** While a ceremony goes on. */
    recover: { refTime: 20_000_000n, reads: 5, writes: 2 },
    /** To the most receivers; perUnit: for each commitment. */
    dealAsCustodian: { refTime: 2_500_000_000n, perUnit: 300_000_000n, reads: 6, writes: 3 },
    /** Everyone accuses; perUnit: for each share. */
    answerAsCustodian: { refTime: 4_200_000_000n, perUnit: 6_300_000_000n, reads: 45, writes: 3 },
    /** A proof that fails at its end, by the most members. */
    proveWrongPartial: { refTime: 16_000_000_000n, reads: 7, writes: 5 },
    /** The last report that was missing, about a gatekeeper that others have reported. */
    reportRelease: { refTime: 1_100_000_000n, reads: 28, writes: 3 },
  },
  Sudo: {
    /** Any call. */
    sudo: { refTime: 20_000_000n, reads: 1, writes: 0 },
    /** Any call. */
    sudoUncheckedWeight: { refTime: 26_000_000n, reads: 1, writes: 0 },
    /** To anybody. */
    setKey: { refTime: 20_000_000n, reads: 1, writes: 1 },
    /** A call that writes the account it is made for. */
    sudoAs: { refTime: 30_000_000n, reads: 2, writes: 1 },
    /** Always the same. */
    removeKey: { refTime: 20_000_000n, reads: 1, writes: 1 },
  },
  Utility: {
    /** As many calls as allowed; perUnit: for each call inside. */
    batch: { refTime: 28_000_000n, perUnit: 1_100_000n, reads: 0, writes: 0 },
    /** As many calls as allowed; perUnit: for each call inside. */
    batchAll: { refTime: 20_000_000n, perUnit: 1_200_000n, reads: 0, writes: 0 },
    /** As many calls as allowed; perUnit: for each call inside. */
    forceBatch: { refTime: 20_000_000n, perUnit: 1_900_000n, reads: 0, writes: 0 },
    /** A call that writes the account it is made for. */
    asDerivative: { refTime: 60_000_000n, reads: 1, writes: 1 },
    /** A call that writes the account it is made for. */
    dispatchAs: { refTime: 64_000_000n, reads: 1, writes: 1 },
    /** The first call fails. */
    ifElse: { refTime: 77_000_000n, reads: 0, writes: 0 },
    /** A call that writes the account it is made for. */
    dispatchAsFallible: { refTime: 77_000_000n, reads: 1, writes: 1 },
    /** Any call. */
    withWeight: { refTime: 45_000_000n, reads: 0, writes: 0 },
  },
  Proxy: {
    /** As many delegates as there may be. */
    proxy: { refTime: 61_000_000n, reads: 3, writes: 3 },
    /** As many delegates as there may be. */
    addProxy: { refTime: 59_000_000n, reads: 3, writes: 3 },
    /** As many delegates as there may be. */
    removeProxy: { refTime: 91_000_000n, reads: 3, writes: 3 },
    /** As many delegates as there may be. */
    removeProxies: { refTime: 29_000_000n, reads: 3, writes: 3 },
    /** Always the same. */
    createPure: { refTime: 46_000_000n, reads: 3, writes: 3 },
    /** Made through its delegate. */
    killPure: { refTime: 36_000_000n, reads: 3, writes: 3 },
    /** As many announcements as there may be. */
    announce: { refTime: 70_000_000n, reads: 3, writes: 3 },
    /** As many announcements as there may be. */
    removeAnnouncement: { refTime: 73_000_000n, reads: 3, writes: 3 },
    /** As many announcements as there may be. */
    rejectAnnouncement: { refTime: 27_000_000n, reads: 3, writes: 3 },
    /** As many delegates and announcements as there may be, sent by a third. */
    proxyAnnounced: { refTime: 130_000_000n, reads: 4, writes: 3 },
  },
  Multisig: {
    /** A call that writes the account it is made for; perUnit: for each other signatory. */
    asMultiThreshold1: { refTime: 69_000_000n, perUnit: 650_000n, reads: 1, writes: 1 },
    /** The last approval, after which the call is made; perUnit: for each other signatory. */
    asMulti: { refTime: 170_000_000n, perUnit: 500_000n, reads: 3, writes: 3 },
    /** One approval more of many; perUnit: for each other signatory. */
    approveAsMulti: { refTime: 72_000_000n, perUnit: 1n, reads: 3, writes: 3 },
    /** After many approvals; perUnit: for each other signatory. */
    cancelAsMulti: { refTime: 29_000_000n, perUnit: 1n, reads: 3, writes: 3 },
  },
  Preimage: {
    /** Bytes that nobody asked for; perUnit: for each byte. */
    notePreimage: { refTime: 20_000_000n, perUnit: 14_000n, reads: 2, writes: 3 },
    /** Large bytes, by root for who stored them. */
    unnotePreimage: { refTime: 21_000_000n, reads: 2, writes: 3 },
    /** Bytes that somebody stored. */
    requestPreimage: { refTime: 20_000_000n, reads: 2, writes: 3 },
    /** The last request. */
    unrequestPreimage: { refTime: 29_000_000n, reads: 2, writes: 3 },
  },
  Scheduler: {
    /** The last place of a list, a call that is kept apart. */
    schedule: { refTime: 310_000_000n, reads: 2, writes: 3 },
    /** The last place of a list, a call that is kept apart. */
    scheduleNamed: { refTime: 350_000_000n, reads: 3, writes: 4 },
    /** The last place of a list, a call that is kept apart. */
    scheduleAfter: { refTime: 270_000_000n, reads: 2, writes: 3 },
    /** The last place of a list, a call that is kept apart. */
    scheduleNamedAfter: { refTime: 160_000_000n, reads: 3, writes: 4 },
    /** A task with a name and a call that is kept apart. */
    cancel: { refTime: 360_000_000n, reads: 2, writes: 5 },
    /** A task with a name and a call that is kept apart. */
    cancelNamed: { refTime: 260_000_000n, reads: 3, writes: 5 },
    /** A task with a name and a call that is kept apart. */
    setRetry: { refTime: 160_000_000n, reads: 1, writes: 1 },
    /** A task with a name and a call that is kept apart. */
    setRetryNamed: { refTime: 94_000_000n, reads: 2, writes: 1 },
    /** A task with a name and a call that is kept apart. */
    cancelRetry: { refTime: 290_000_000n, reads: 1, writes: 1 },
    /** A task with a name and a call that is kept apart. */
    cancelRetryNamed: { refTime: 270_000_000n, reads: 2, writes: 1 },
  },
  Permits: {
    /** As many single permits as there may be. */
    revoke: { refTime: 91_000_000n, reads: 2, writes: 2 },
    /** As many single permits as there may be. */
    revokeAll: { refTime: 64_000_000n, reads: 2, writes: 2 },
    /** Of another account, as many single permits as there may be, and all have ended. */
    release: { refTime: 20_000_000n, reads: 2, writes: 2 },
  },
} as const
