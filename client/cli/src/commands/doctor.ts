/** `pha doctor`: what this machine can be, and for each lack what to do about it. */
import type { Client } from '@pha/sdk'
import { chainChecks } from '../doctor/chain.ts'
import { type Check, checkText } from '../doctor/check.ts'
import { collateralChecks } from '../doctor/collateral.ts'
import { diskChecks } from '../doctor/disk.ts'
import { memoryCheck } from '../doctor/memory.ts'
import { portsCheck } from '../doctor/ports.ts'
import { teeChecks } from '../doctor/tee.ts'
import { teeLabel } from './status.ts'

export interface DoctorParams {
  readonly data: string
  readonly ports: readonly number[]
  /** Another tree than the machine's, for tests. */
  readonly root: string
  readonly connect: () => Client
}

export interface Diagnosis {
  /** Roles, each with the TEE that it would run in, or `null` if something is missing. */
  readonly canBe: {
    readonly node: boolean
    readonly worker: string | null
    readonly gatekeeper: string | null
  }
  readonly checks: readonly Check[]
}

export async function doctor({ data, ports, root, connect }: DoctorParams): Promise<Diagnosis> {
  await using client = connect()
  const [tee, disk, port, chain] = await Promise.all([
    teeChecks(root),
    diskChecks(data),
    portsCheck(ports),
    chainChecks(client),
  ])
  const collateral =
    chain.time === undefined ? [] : await collateralChecks(client, tee.kind, Math.floor(chain.time.getTime() / 1_000))
  const machine = [memoryCheck(), ...disk, port]
  const runs = machine.every(({ level }) => level !== 'lack')
  const hardware = tee.kind ?? 'Simulated'
  const seals = tee.findings.every(({ about, level }) => about !== 'sealing' || level === 'ok')
  return {
    canBe: {
      node: runs,
      worker: runs ? hardware : null,
      gatekeeper: runs ? (seals ? hardware : 'Simulated') : null,
    },
    checks: [...tee.findings, ...machine, ...chain.checks, ...collateral],
  }
}

export function diagnosisText({ canBe, checks }: Diagnosis): string {
  const { node, worker, gatekeeper } = canBe
  return [
    ...checks.map(checkText),
    '',
    `node        ${node ? 'yes' : 'no: see what lacks'}`,
    `worker      ${roleText(worker)}`,
    `gatekeeper  ${roleText(gatekeeper)}`,
  ].join('\n')
}

function roleText(tee: string | null): string {
  if (tee === null) return 'no: see what lacks'
  return tee === 'Simulated' ? 'on development networks only (SIMULATED TEE)' : `yes, in ${teeLabel(tee)}`
}
