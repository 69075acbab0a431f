/**
 * `measure`: what a TEE will say that it runs, computed from files, without the TEE; and as `build` what the chain lists
 * for those registers, in the order in which the verifiers of `core/src/attestation` bind them.
 */
import { createHash } from 'node:crypto'
import { buildOf } from '@pha/core/attestation'
import { utf8Decode } from '@pha/core/codec'
import { bundleEnclave, type EnclaveProgram, type EnclaveTee, entryOf } from '../../build/build-enclave.ts'
import { appCompose, composeHash } from '../dstack/app-compose.ts'
import { replayEventLog } from '../dstack/event-log.ts'
import { gramineManifest } from '../gramine/manifest.ts'
import { packagingLimits } from '../limits.ts'
import { measureEnclaveImage } from '../nitro/enclave-image.ts'
import { buildImage } from '../oci/image.ts'
import { readImageLock, runtimeFiles } from '../oci/runtime-files.ts'
import { readBounded } from '../read-bounded.ts'
import { launchDigest } from '../sev-snp/launch-digest.ts'
import { PROCESSORS, type ProcessorName } from '../sev-snp/save-area.ts'
import { bad, kindOf, oneOf, optionsOf, registerOf, required, type Values } from './arguments.ts'
import { measureTdx, TDX_USAGE } from './measure-tdx.ts'
import type { Report } from './report.ts'

export const MEASURE_USAGES = [
  'measure [--tee simulated] [--kind worker|gatekeeper | --bundle FILE]',
  'measure --tee dstack [--kind worker|gatekeeper] [--repository NAME] [--key-provider none|kms|local] [--node FILE] [--libraries DIR] | --app-compose FILE | --event-log FILE',
  TDX_USAGE,
  'measure --tee nitro --eif FILE | --pcr0 HEX --pcr1 HEX --pcr2 HEX',
  'measure --tee snp [--host-data HEX] --firmware FILE [--kernel FILE [--initrd FILE] [--cmdline TEXT]] --processor NAME [--processors N] [--features HEX] | --measurement HEX',
  'measure --tee gramine [--kind worker|gatekeeper]',
] as const
const [SIMULATED, DSTACK, , NITRO, SNP, GRAMINE] = MEASURE_USAGES

const TEES: { readonly [tee: string]: (args: string[]) => Promise<Report> } = {
  simulated,
  dstack,
  tdx: measureTdx,
  nitro,
  snp,
  gramine,
}

export async function measure(args: string[]): Promise<Report> {
  const at = args.indexOf('--tee')
  const tee = at === -1 ? 'simulated' : args[at + 1]
  if (tee === undefined) throw bad('--tee names no TEE', 'measure --help')
  const others = at === -1 ? args : args.toSpliced(at, 2)
  const measured = await TEES[oneOf(tee, Object.keys(TEES), 'measure --help')]?.(others)
  return { tee, ...measured }
}

async function simulated(args: string[]): Promise<Report> {
  const { kind, bundle } = optionsOf(args, SIMULATED, ['kind', 'bundle'])
  const bytes =
    bundle === undefined
      ? await bundleOf(kindOf(kind, SIMULATED), 'simulated')
      : await readBounded(bundle, packagingLimits.programBytes)
  const measurement = new Uint8Array(createHash('sha256').update(bytes).digest())
  return { measurement, build: measurement }
}

async function dstack(args: string[]): Promise<Report> {
  const options = optionsOf(args, DSTACK, [
    ...(['kind', 'repository', 'key-provider', 'node', 'libraries'] as const),
    ...(['app-compose', 'event-log'] as const),
  ])
  const { repository = 'pha', node, libraries } = options
  if (options['event-log'] !== undefined) return replayed(options['event-log'])
  if (options['app-compose'] !== undefined) {
    return composed(await readBounded(options['app-compose'], packagingLimits.appComposeBytes))
  }
  const kind = kindOf(options.kind, DSTACK)
  const keyProvider = oneOf(options['key-provider'] ?? 'none', ['none', 'kms', 'local'], DSTACK)
  const runtime = await runtimeFiles(await readImageLock(), { node, libraries })
  const imageDigest = await buildImage({ kind, bundle: await bundleOf(kind, 'hardware'), runtime })
  return { imageDigest, ...composed(await appCompose({ kind, repository, imageDigest, keyProvider })) }
}

/** Without a KMS, dstack names an app by the first 20 bytes of its hash. */
function composed(file: Uint8Array): Report {
  const hash = composeHash(file)
  return { composeHash: hash, appId: hash.subarray(0, 20) }
}

async function replayed(file: string): Promise<Report> {
  const { rtmrs, events } = replayEventLog(utf8Decode(await readBounded(file, packagingLimits.eventLogBytes)))
  return {
    ...Object.fromEntries(rtmrs.map((rtmr, i) => [`rtmr${i}`, rtmr])),
    events: Object.fromEntries(events.map(({ name, payload }) => [name, payload])),
  }
}

async function nitro(args: string[]): Promise<Report> {
  const { eif, ...given } = optionsOf(args, NITRO, ['eif', 'pcr0', 'pcr1', 'pcr2'])
  const names = ['pcr0', 'pcr1', 'pcr2'] as const
  if (eif !== undefined && names.some((name) => given[name] !== undefined)) throw bad('--eif says the registers', NITRO)
  const [pcr0, pcr1, pcr2] =
    eif === undefined && given.pcr0 !== undefined
      ? names.map((name) => registerOf(required(given[name], name, NITRO), name, 48, NITRO))
      : await measureEnclaveImage(required(eif, 'eif', NITRO))
  return { pcr0, pcr1, pcr2, build: buildOf('Nitro', pcr0, pcr1, pcr2) }
}

async function snp(args: string[]): Promise<Report> {
  const options = optionsOf(args, SNP, [
    ...(['firmware', 'kernel', 'initrd', 'cmdline'] as const),
    ...(['processor', 'processors', 'features'] as const),
    ...(['measurement', 'host-data'] as const),
  ])
  const { measurement: given, 'host-data': host = '00'.repeat(32), ...files } = options
  const hostData = registerOf(host, 'host-data', 32, SNP)
  if (given !== undefined && Object.keys(files).length > 0) throw bad('--measurement stands for all files', SNP)
  const measurement = given === undefined ? await launched(files) : registerOf(given, 'measurement', 48, SNP)
  return { measurement, hostData, build: buildOf('SevSnp', measurement, hostData) }
}

type LaunchOption = 'firmware' | 'kernel' | 'initrd' | 'cmdline' | 'processor' | 'processors' | 'features'

async function launched(options: Values<LaunchOption>): Promise<Uint8Array> {
  const { kernel, initrd, cmdline: commandLine = '', processors = '1', features = '1' } = options
  if (kernel === undefined && (initrd ?? options.cmdline) !== undefined) throw bad('--kernel is missing', SNP)
  if (!/^\d{1,4}$/.test(processors)) throw bad(`--processors ${processors}`, SNP)
  if (!/^(?:0x)?[0-9a-f]{1,16}$/i.test(features)) throw bad(`--features ${features}`, SNP)
  const file = required(options.firmware, 'firmware', SNP)
  const processor = oneOf(
    required(options.processor, 'processor', SNP),
    Object.keys(PROCESSORS) as ProcessorName[],
    SNP,
  )
  const firmware = await readBounded(file, packagingLimits.firmwareBytes)
  const boot =
    kernel === undefined ? undefined : { kernel: await bootFile(kernel), initrd: await bootFile(initrd), commandLine }
  return launchDigest({
    firmware,
    boot,
    processors: Number(processors),
    processor,
    features: BigInt(`0x${features.replace(/^0x/i, '')}`),
  })
}

async function bootFile(file: string | undefined): Promise<Uint8Array> {
  return file === undefined ? new Uint8Array() : readBounded(file, packagingLimits.programBytes)
}

async function gramine(args: string[]): Promise<Report> {
  const { kind } = optionsOf(args, GRAMINE, ['kind'])
  const program = kindOf(kind, GRAMINE)
  const manifest = await gramineManifest(program, await bundleOf(program, 'hardware'), await readImageLock())
  return {
    manifest: new Uint8Array(createHash('sha256').update(manifest).digest()),
    mrEnclave:
      'not computed here: gramine-sgx-sign of the same Gramine release says it, for this manifest; the chain lists it as it is',
  }
}

async function bundleOf(kind: EnclaveProgram, tee: EnclaveTee): Promise<Uint8Array> {
  const [bundle] = (await bundleEnclave(entryOf(kind, tee))).outputFiles
  if (bundle === undefined) throw new Error('esbuild made no file')
  return bundle.contents
}
