/** How many permits an account may take back, one by one, before it has to take back all of a time. */

/** Of one account: an enclave reads the list whole for each account that opens a session. */
export const MAX_REVOKED = 64
