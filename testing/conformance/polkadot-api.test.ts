/** polkadot-api against a node that serves every group of methods: it follows the chain with chainHead_v1. */
import { polkadotApiSuite } from './papi-suite.ts'

polkadotApiSuite('polkadot-api', [])
