/**
 * For `papi`, by `--import`: its dependency tsc-prog asks for any TypeScript with a compiler API, which version 7, the one
 * that npm puts beside it here, does not have. A project with TypeScript 5 or 6 needs nothing of this.
 */
import { registerHooks } from 'node:module'

registerHooks({
  resolve: (specifier, context, next) => next(specifier === 'typescript' ? 'ts6' : specifier, context),
})
