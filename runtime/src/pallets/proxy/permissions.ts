/** What each type of delegate may do, and why none can make itself more than it is. */
import type { AnyCall } from '../../frame/declare.ts'
import type { CallFilter } from '../../frame/origin.ts'
import { type ProxyType, proxy } from './schema.ts'

type Kind = ProxyType['type']

/** Pallets that a type may use whole. `Utility` passes the filter on to the calls inside. */
const PALLETS: { readonly [K in Exclude<Kind, 'Any'>]: readonly string[] } = {
  // A list of what is allowed, so that a pallet that comes later is not forgotten. Never Sudo, which is everything.
  NonTransfer: [
    'System',
    'Registry',
    'Gatekeepers',
    'Contracts',
    'Utility',
    'Proxy',
    'Multisig',
    'Preimage',
    'Permits',
  ],
  Contracts: ['Contracts', 'Utility'],
  Operator: ['Registry', 'Gatekeepers', 'Contracts', 'Utility'],
  CancelProxy: ['Utility'],
}

/** Whether who has `held` has all rights of `other`. */
export function includes(held: Kind, other: Kind): boolean {
  return held === other || held === 'Any' || (held === 'NonTransfer' && other !== 'Any')
}

/** What a delegate of this type may call as the account that it acts for. */
export function permissions(held: Kind): CallFilter {
  return (call) => keepsRights(held, call) && mayUse(held, call)
}

function mayUse(held: Kind, call: AnyCall): boolean {
  if (held === 'Any' || PALLETS[held].includes(call.type)) return true
  return held === 'CancelProxy' && call.type === proxy.name && call.value.type === 'rejectAnnouncement'
}

/** A delegate neither appoints nor removes one with more rights, and only one with all rights ends everything. */
function keepsRights(held: Kind, { type, value: { type: name, value } }: AnyCall): boolean {
  if (type !== proxy.name) return true
  if (name === 'addProxy' || name === 'removeProxy') {
    return includes(held, (value as { readonly proxyType: ProxyType }).proxyType.type)
  }
  return held === 'Any' || (name !== 'removeProxies' && name !== 'killPure')
}
