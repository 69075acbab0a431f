/**
 * Every domain-separation string of the protocol: one line, one meaning, never reused or reworded.
 * No signature, hash, key derivation or envelope exists without one of these.
 */
export const contexts = {
  soloSeal: 'pha/consensus/solo-seal/v1',
  soloFinality: 'pha/consensus/solo-finality/v1',
  registration: 'pha/registry/registration/v1',
  simulatedPlatform: 'pha/tee/simulated-platform/v1',
  simulatedQuote: 'pha/tee/simulated-quote/v1',
  simulatedSealing: 'pha/tee/simulated-sealing/v1',
  teeSealing: 'pha/tee/sealing/v1',
  sealedStore: 'pha/enclave/sealed-store/v1',
  rootShare: 'pha/gatekeepers/root-share/v1',
  gatekeeperShare: 'pha/gatekeepers/public-share/v1',
  keyRequest: 'pha/gatekeepers/key-request/v1',
  keyRelease: 'pha/gatekeepers/key-release/v1',
  partialKey: 'pha/gatekeepers/partial-key/v1',
  contractKey: 'pha/gatekeepers/contract-key/v1',
  contractId: 'pha/contracts/id/v1',
  assignment: 'pha/contracts/assignment/v1',
  command: 'pha/contracts/command/v1',
  commandKey: 'pha/contracts/command-key/v1',
  commandKeyVote: 'pha/contracts/command-key-vote/v1',
  commit: 'pha/contracts/commit/v1',
  executionSeed: 'pha/contracts/execution-seed/v1',
  stateKey: 'pha/contracts/state-key/v1',
  stateSalt: 'pha/contracts/state-salt/v1',
  resultSalt: 'pha/contracts/result-salt/v1',
  result: 'pha/contracts/result/v1',
  delta: 'pha/contracts/delta/v1',
  snapshot: 'pha/contracts/snapshot/v1',
  reply: 'pha/contracts/reply/v1',
  session: 'pha/sessions/open/v1',
  permit: 'pha/sessions/permit/v1',
  attestationBuild: 'pha/attestation/build/v1',
  attestationPlatform: 'pha/attestation/platform/v1',
} as const

export type Context = (typeof contexts)[keyof typeof contexts]
