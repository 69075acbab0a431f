/** Why a policy refuses facts that are true, and what the operator can do about it. Appended, never changed. */

interface Explanation {
  /** For the user whose worker was refused. */
  readonly means: string
  /** For its operator. */
  readonly remedy: string
}

const explanations = {
  'tee-not-accepted': {
    means: 'this chain does not accept this kind of evidence',
    remedy: 'use hardware of a kind that the policy has rules for, or propose rules by referendum',
  },
  debug: {
    means: 'the host can read a debug enclave',
    remedy: 'build and start the enclave or guest without debug; no policy can allow it',
  },
  'evidence-too-old': {
    means: 'the block that the evidence answers is too long ago',
    remedy: 'make new evidence over a recent block',
  },
  'evidence-from-the-future': {
    means: 'the evidence is dated later than now',
    remedy: 'set the clock of the machine, and make new evidence',
  },
  'platform-denied': {
    means: 'this machine is on the deny list',
    remedy: 'use another machine; the referendum that listed it says why',
  },
  'platform-not-allowed': {
    means: 'only listed machines are allowed, and this one is not listed',
    remedy: 'propose this machine for the allow list by referendum',
  },
  'fmspc-denied': {
    means: 'this family of Intel platforms is on the deny list',
    remedy: 'use a machine of another family',
  },
  'fmspc-not-allowed': {
    means: 'only listed families of Intel platforms are allowed, and this one is not listed',
    remedy: 'use a machine of a listed family, or propose this one by referendum',
  },
  revoked: {
    means: 'Intel revoked this state of the platform',
    remedy: "update BIOS and microcode as the vendor's advisory says; no policy can allow it",
  },
  'out-of-date': {
    means: 'the platform lacks a security update, and its grace is over or was never given',
    remedy: 'update BIOS, microcode and TDX module, restart, and register again',
  },
  'status-not-accepted': {
    means: 'the policy does not accept this status of the platform',
    remedy: 'follow the advisories: change the BIOS settings that they name, or update, and register again',
  },
  'advisory-not-listed': {
    means: 'the platform is open to an advisory that the policy does not list',
    remedy: 'apply what the advisory asks for, or propose it for the list by referendum',
  },
  'evaluation-number-too-low': {
    means: 'the collateral is older than the newest that this chain has seen or demands',
    remedy: 'fetch the current TCB info and QE identity from Intel, and send them to the chain',
  },
  'collateral-missing': {
    means: 'the facts were found without a revocation list',
    remedy: "send the vendor's current revocation list to the chain",
  },
  'collateral-expired': {
    means: 'the collateral is past the date on which the vendor replaces it',
    remedy: "send the vendor's current collateral to the chain",
  },
  'collateral-too-old': {
    means: 'the collateral was issued longer ago than the policy allows',
    remedy: "send the vendor's current collateral to the chain",
  },
  'tdx-sept-ve-disable': {
    means: 'the host can inject exceptions into the TD: SEPT_VE_DISABLE is off',
    remedy: 'start the TD with SEPT_VE_DISABLE on',
  },
  'tdx-migratable': {
    means: 'the TD can be moved to another machine by its host',
    remedy: 'start the TD without the MIGRATABLE attribute',
  },
  'tdx-perfmon': {
    means: 'performance counters are on, and tell secrets',
    remedy: 'start the TD without the PERFMON attribute',
  },
  'tdx-attributes': {
    means: 'the TD has attributes that are reserved or not allowed',
    remedy: 'start the TD with the allowed attributes only',
  },
  'tdx-xfam': {
    means: 'the TD may use processor features that are not allowed',
    remedy: 'start the TD with the allowed extended features only',
  },
  'tdx-service-td': {
    means: 'a service TD is bound to this TD',
    remedy: 'start the TD without a service TD',
  },
  'tdx-module-signer': {
    means: 'the TDX module is not signed by Intel, or has attributes of its own',
    remedy: "load Intel's production TDX module",
  },
  'snp-vmpl': {
    means: 'the report comes from another privilege level of the guest than the policy expects',
    remedy: 'ask for the report at the expected VMPL',
  },
  'snp-migration-agent': {
    means: 'the guest may be moved by a migration agent',
    remedy: 'start the guest with MIGRATE_MA off in its policy',
  },
  'snp-smt': {
    means: 'two threads share a core on this machine',
    remedy: 'switch simultaneous multithreading off in the BIOS',
  },
  'snp-platform-info': {
    means: 'the platform lacks a protection that the policy demands',
    remedy: 'switch it on in the BIOS, or update the firmware: the detail names the missing bits of PLATFORM_INFO',
  },
  'snp-vlek': {
    means: "the report is signed with a cloud provider's key and does not name the chip",
    remedy: 'use a machine whose firmware signs with its own key (VCEK)',
  },
  'snp-product-not-accepted': {
    means: 'the policy has no firmware floor for this product',
    remedy: 'use a listed product, or propose a floor for this one by referendum',
  },
  'snp-reported-tcb': {
    means: 'the firmware that signs is older than the floor',
    remedy: 'update BIOS and SEV firmware',
  },
  'snp-committed-tcb': {
    means: 'the host can go back to firmware older than the floor',
    remedy: 'commit the updated firmware (SNP_COMMIT), which rules out going back',
  },
  'snp-committed-build': {
    means: 'the host can go back to a firmware version older than the floor',
    remedy: 'update the SEV firmware and commit it (SNP_COMMIT)',
  },
  'lifecycle-not-secured': {
    means: 'the platform is not in its secured state',
    remedy: 'provision the platform for production; debug, recoverable and unprovisioned states are not accepted',
  },
  'level-out-of-range': {
    means: 'the policy gives this evidence a level that does not exist',
    remedy: 'propose a level from 1 to 5 by referendum',
  },
} as const satisfies { readonly [code: string]: Explanation }

export type PolicyRefusal = keyof typeof explanations

export const POLICY_REFUSALS = Object.keys(explanations) as readonly PolicyRefusal[]

/**
 * What a refusal means to users, and what its operator can do.
 *
 * @example
 * const { means, remedy } = explainRefusal('snp-committed-tcb')
 */
export function explainRefusal(reason: PolicyRefusal): Explanation {
  return explanations[reason]
}
