/** `pha keys rotation`: how far the newest rotation of the root is, as the chain proves it. */
import { type Client, getRootRotation, type RootRotation } from '@pha/sdk'

type Shown = Omit<RootRotation, 'block'> & { readonly block: number }

/** `null` if the root was never rotated. */
export async function rotation(client: Client): Promise<Shown | null> {
  const found = await getRootRotation(client)
  return found === undefined ? null : { ...found, block: found.block.number }
}

export function rotationText(found: Shown | null): string {
  if (found === null) return 'the root was never rotated'
  const { from, to, wantedAt, since, contracts, done, percent, retiredAt, block } = found
  const wanted = `wanted at block ${wantedAt}`
  if (since === undefined) return `root ${to} is being made, to replace root ${from}\n${wanted}; block ${block}, proven`
  const blocks = `${wanted}, root ${to} in office since block ${since}`
  if (retiredAt === undefined)
    return [
      `root ${to} replaces root ${from}: ${percent} % done`,
      `${done} of ${contracts} contracts need root ${from} no more`,
      `${blocks}; block ${block}, proven`,
    ].join('\n')
  return [
    `root ${to} replaced root ${from}: 100 % done at block ${retiredAt}`,
    `no contract of ${contracts} has a key of root ${from}, and gatekeepers have no business with its shares: they erase them`,
    `${blocks}; block ${block}, proven`,
  ].join('\n')
}
