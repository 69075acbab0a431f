/** How old the chain's collateral is for platforms like this machine: without it, or after its end, none is registered. */
import { toHex } from '@pha/core/codec'
import type { CollateralVersion, PlatformFamily } from '@pha/runtime/pallets'
import { type Client, type ListedCollateral, listCollateral } from '@pha/sdk'
import type { Check } from './check.ts'

const DAY = 86_400
/** Mirrors send new collateral when a third of its life, some ten days, is over: less than this left means that none did. */
const SOON_SECONDS = 7 * DAY

const RENEW = 'anyone can bring newer collateral, you too: docs/guides/vendor-collateral-mirror.md'

/**
 * @param tee what a worker here would be registered as; `undefined` where there is none
 * @param now seconds since 1970, by the chain: it judges by its own clock
 */
export async function collateralChecks(
  client: Client,
  tee: string | undefined,
  now: number,
): Promise<readonly Check[]> {
  if (tee !== 'Sgx' && tee !== 'Tdx' && tee !== 'SevSnp') return []
  try {
    const { collateral, complete } = await listCollateral(client)
    const concerning = collateral.filter(({ family }) => teeOf(family) === tee)
    const checks = concerning.map((held) => familyCheck(held, now))
    if (!complete) checks.push(check('warn', 'the node left some out, so not all that is held was looked at'))
    const isAnyInForce = concerning.some(({ expiresAt }) => expiresAt >= now)
    // Which families others need is not this machine's trouble; that there is none at all is.
    return isAnyInForce || !complete ? checks : [...checks, check('lack', `none in force for ${tee} on this chain`)]
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [{ ...check('warn', `not read: ${reason}`), fix: 'ask another node: pha --url ws://NODE doctor' }]
  }
}

function familyCheck({ family, version, expiresAt }: ListedCollateral, now: number): Check {
  const found = `${familyName(family)}: ${days(now - issuedAt(version))} old, `
  const left = expiresAt - now
  if (left < 0) return check('warn', `${found}expired ${days(-left)} ago: its workers are refused`)
  if (left < SOON_SECONDS) return check('warn', `${found}expires in ${days(left)}`)
  return { about: 'collateral', level: 'ok', found: `${found}expires in ${days(left)}` }
}

function check(level: Check['level'], found: string): Check {
  return { about: 'collateral', level, found, fix: RENEW }
}

function teeOf(family: PlatformFamily): string {
  if (family.type === 'Dcap') return family.value.tee.type
  return family.type === 'Snp' ? 'SevSnp' : family.value.type
}

/** As the folders of a mirror are named; the CA by the first bytes of its key's hash. */
function familyName(family: PlatformFamily): string {
  switch (family.type) {
    case 'Dcap': {
      const { tee, fmspc, pckCaKey } = family.value
      return `${tee.type} ${toHex(fmspc).slice(2)} (CA ${toHex(pckCaKey).slice(2, 10)})`
    }
    case 'Snp':
      return `SEV-SNP ${family.value.product.type} (${family.value.signingKey.type})`
    case 'Other':
      return family.value.type
    default:
      return family satisfies never
  }
}

/** Of the oldest part that the vendor issues anew each month; certificates and the list of a root live for years. */
function issuedAt(version: CollateralVersion): number {
  if (version.type === 'Snp') return Number(version.value.crlIssuedAt)
  const { tcbInfoIssuedAt, qeIdentityIssuedAt, pckCrlIssuedAt } = version.value
  return Math.min(...[tcbInfoIssuedAt, qeIdentityIssuedAt, pckCrlIssuedAt].map(Number))
}

function days(seconds: number): string {
  return `${(seconds / DAY).toFixed(1)} d`
}
