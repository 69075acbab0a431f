/** How many delegates and announcements an account may have. */

/** Delegates of one account: as on Polkadot; the list is read whole for each call that one of them makes. */
export const MAX_PROXIES = 32

/** Announcements of one delegate that wait: as on Polkadot; the list is read whole for each announced call. */
export const MAX_PENDING = 32
