/** Machines that could be a TEE and are not yet: what shows it, and what is missing. */
import { utf8Decode } from '@pha/core/codec'
import { readWhole } from '../tee/pseudo-file.ts'
import type { SystemCalls } from '../tee/system-calls.ts'
import type { Finding } from './finding.ts'

const TSM_REMEDY = (driver: string, kernel: string): string =>
  `Linux ${kernel} or later with CONFIG_TSM_REPORTS: modprobe ${driver}, mount -t configfs none /sys/kernel/config; in a container, mount that folder into it`

type NearMiss = Omit<Finding, 'about'> & { readonly shown: (calls: SystemCalls) => boolean | Promise<boolean> }

const NEAR_MISSES: readonly NearMiss[] = [
  {
    shown: (calls) => calls.exists('/dev/tdx_guest'),
    level: 'lack',
    found: 'a TDX guest (/dev/tdx_guest), and its kernel gives no reports through configfs-tsm',
    fix: TSM_REMEDY('tdx_guest', '6.7'),
  },
  {
    shown: (calls) => calls.exists('/dev/sev-guest'),
    level: 'lack',
    found: 'an SEV-SNP guest (/dev/sev-guest), and its kernel gives no reports through configfs-tsm',
    fix: TSM_REMEDY('sev-guest', '6.7'),
  },
  {
    shown: (calls) => calls.exists('/sys/firmware/cca/realm_guest'),
    level: 'lack',
    found: 'an Arm CCA realm, and its kernel gives no reports through configfs-tsm',
    fix: TSM_REMEDY('arm_cca_guest', '6.13'),
  },
  {
    shown: (calls) => calls.exists('/dev/nsm'),
    level: 'lack',
    found: 'a Nitro enclave (/dev/nsm) without a sidecar at /run/pha/nsm.sock',
    fix: 'put a sidecar into the image: docs/nitro-sidecar.md',
  },
  {
    shown: (calls) => calls.exists('/dev/sgx_enclave'),
    level: 'warn',
    found: 'a machine with SGX (/dev/sgx_enclave); this program runs outside of an enclave',
    fix: 'start the worker under Gramine: docs/guides/operate-a-tee.md',
  },
  {
    shown: async (calls) => !calls.exists('/dev/sgx_enclave') && (await hasFlag(calls, 'sgx')),
    level: 'warn',
    found: 'a processor with SGX, and no /dev/sgx_enclave',
    fix: 'switch SGX on in the firmware (with flexible launch control), and use Linux 5.11 or later',
  },
  {
    shown: (calls) => isYes(calls, '/sys/module/kvm_intel/parameters/tdx'),
    level: 'warn',
    found: 'a host of TDX guests; a guest on it could be a worker',
    fix: 'start a guest, and the worker in it: docs/guides/operate-a-tee.md',
  },
  {
    shown: (calls) => isYes(calls, '/sys/module/kvm_amd/parameters/sev_snp'),
    level: 'warn',
    found: 'a host of SEV-SNP guests; a guest on it could be a worker',
    fix: 'start a guest, and the worker in it: docs/guides/operate-a-tee.md',
  },
]

export async function nearMisses(calls: SystemCalls): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const { shown, ...finding } of NEAR_MISSES) if (await shown(calls)) findings.push({ about: 'TEE', ...finding })
  return findings
}

async function isYes(calls: SystemCalls, path: string): Promise<boolean> {
  return calls.exists(path) && ['Y', '1'].includes((await textOf(calls, path)).trim())
}

async function hasFlag(calls: SystemCalls, flag: string): Promise<boolean> {
  const path = '/proc/cpuinfo'
  if (!calls.exists(path)) return false
  const [, flags = ''] = /^flags\s*: (.*)$/m.exec(await textOf(calls, path)) ?? []
  return flags.split(' ').includes(flag)
}

/** Of a machine with 1,024 processors, `/proc/cpuinfo` has 2 MB. */
const MOST = 8_388_608

export async function textOf(calls: SystemCalls, path: string): Promise<string> {
  return utf8Decode(await readWhole(calls, path, MOST))
}
