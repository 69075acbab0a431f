/** `docs/tcb.md` lists what the enclaves contain; a new line there is a security review. */
import { describeTcb } from '@pha/enclave/build'
import type { Check } from './check.ts'
import { generatedPage } from './generated-page.ts'

export const tcb: Check = {
  name: 'tcb',
  run: async () => generatedPage('tcb', 'docs/tcb.md', await describeTcb()),
}
