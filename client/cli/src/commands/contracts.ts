/** `pha contracts show`: what the chain proves of a contract, and how its keys are doing. */
import { fromHex, type Hex, toHex } from '@pha/core/codec'
import { type Client, getContract } from '@pha/sdk'

export async function showContract(client: Client, id: Hex) {
  const { codeHash, deployer, policy, replicas, progress, commandKey, keyEpochs, epoch, block } = await getContract(
    client,
    fromHex(id),
  )
  const isPending = commandKey === undefined || epoch !== commandKey.epoch
  const previous = keyEpochs?.previous
  return {
    contract: id,
    codeHash: toHex(codeHash),
    deployer: toHex(deployer),
    upgrade: policy.upgrade.type,
    replicas: replicas.map(toHex),
    asked: policy.replicas,
    batch: progress?.batch ?? 0,
    settled: String(progress?.committed ?? 0n),
    block: block.number,
    keys: {
      inForce: commandKey?.epoch,
      /** The epoch that replicas ask for and vote on. */
      ...(isPending && { pending: epoch }),
      /** Commands sealed to it are taken up to this block. */
      ...(previous && { before: previous.epoch, until: previous.until }),
      ...(keyEpochs?.wanted && { wanted: keyEpochs.wanted.type }),
      ...(keyEpochs?.agreedAt !== undefined && { agreedAt: keyEpochs.agreedAt }),
      period: keyEpochs?.period ?? 0,
    },
  }
}

export function contractText(found: Awaited<ReturnType<typeof showContract>>): string {
  const { contract, codeHash, upgrade, replicas, asked, batch, settled, block, keys } = found
  return [
    `contract ${contract}`,
    `code     ${codeHash}  ${upgrade === 'Nobody' ? 'nobody can upgrade it' : `upgrade by ${upgrade}`}`,
    `replicas ${replicas.length} of ${asked}`,
    ...replicas.map((identity) => `  ${identity}`),
    `settled  message ${settled}, batch ${batch}, at block ${block}`,
    `keys     ${keysText(keys)}`,
  ].join('\n')
}

function keysText({
  inForce,
  pending,
  before,
  until,
  wanted,
  agreedAt,
  period,
}: Awaited<ReturnType<typeof showContract>>['keys']) {
  return [
    inForce === undefined ? 'none agreed on yet' : `epoch ${inForce}, since block ${agreedAt}`,
    ...(pending === undefined ? [] : [`epoch ${pending} pending`]),
    ...(before === undefined ? [] : [`epoch ${before} taken up to block ${until}`]),
    ...(wanted === undefined ? [] : [`another rotation follows: ${wanted}`]),
    period === 0 ? 'no end by schedule' : `replaced every ${period} blocks`,
  ].join(', ')
}
