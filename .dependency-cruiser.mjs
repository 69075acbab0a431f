/**
 * The direction between the trust zones (docs/adr/0001-trust-zones-are-folders.md). To change a rule, write an ADR.
 *
 * `$1` in a `to` is what the first group of `from` matched.
 */
const schemas = '^runtime/src/pallets/schemas\\.ts$'
const inTests = '\\.test\\.ts$'
/** OpenSSL and case folders, for what runs in Node: `@pha/core/attestation/node`, and Node's choice of `#primitives`. */
const forNode = '^core/src/(attestation|crypto)/node/'

/** Imports `#primitives` or `#ed25519`, which the cruiser resolves as Node does; bundles for realms and browsers take `pure/`. */
const byCondition = '^core/src/crypto/(aead|ed25519|hpke|keypair|multi-signature)\\.ts$'

export default {
  forbidden: [
    {
      name: 'core-stands-alone',
      comment: 'core is pure and runs everywhere, so it imports no other zone.',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: '^(runtime|enclave|host|client|contracts|testing)/' },
    },
    {
      name: 'runtime-to-core',
      comment: 'the state machine knows the protocol and nothing else of ours.',
      severity: 'error',
      from: { path: '^runtime/' },
      to: { path: '^(enclave|host|client|contracts|testing)/' },
    },
    {
      name: 'enclave-to-core',
      comment: 'measured code trusts core, and of the runtime only what it stores: @pha/runtime/pallets.',
      severity: 'error',
      from: { path: '^enclave/' },
      to: { path: '^(runtime|host|client|contracts|testing)/', pathNot: schemas },
    },
    {
      name: 'host-to-core-and-runtime',
      comment: 'the untrusted side meets enclaves and clients in core/protocol only.',
      severity: 'error',
      from: { path: '^host/' },
      to: { path: '^(enclave|client|contracts|testing)/' },
    },
    {
      name: 'client-to-core-and-contracts',
      comment: 'clients check what hosts say; of the runtime they know @pha/runtime/pallets.',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^(runtime|enclave|host|testing)/', pathNot: schemas },
    },
    {
      name: 'contracts-to-framework',
      comment: 'a contract is written with @pha/contract and core, never with a zone that runs it.',
      severity: 'error',
      from: { path: '^contracts/' },
      to: { path: '^(runtime|enclave|host|client/cli|testing)/' },
    },
    {
      name: 'sdk-in-a-study-only',
      comment: 'code that runs inside the enclave has no client; the study that drives it from outside has.',
      severity: 'error',
      from: { path: '^contracts/', pathNot: '^contracts/[^/]+/src/study/' },
      to: { path: '^client/sdk/' },
    },
    {
      name: 'contracts-stand-alone',
      comment: 'contracts call one another by messages, not by imports.',
      severity: 'error',
      from: { path: '^contracts/([^/]+)/' },
      to: { path: '^contracts/', pathNot: '^contracts/($1|framework)/' },
    },
    {
      name: 'schemas-carry-no-logic',
      comment: 'what enclaves and clients read of the runtime must not reach the logic of a pallet or the chain.',
      severity: 'error',
      from: { path: schemas },
      to: {
        path: '^runtime/src/(chain/|pallets/)',
        pathNot:
          '^runtime/src/pallets/(schemas|weights|[^/]+/(schema|[a-z]+-schema|limits|version|spec-version))\\.ts$',
        reachable: true,
      },
    },
    {
      name: 'pure-zones-have-no-built-ins',
      comment:
        'core runs in browsers and enclaves, the runtime in a realm without I/O: sockets, disk, clock and randomness are passed in.',
      severity: 'error',
      from: { path: '^(core|runtime)/', pathNot: [inTests, forNode] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-node-imports-the-node-part',
      comment: 'what runs in realms and browsers gets its signatures passed in (docs/adr/0018).',
      severity: 'error',
      from: { path: '^(core|runtime|contracts)/', pathNot: [inTests, forNode, byCondition] },
      to: { path: forNode },
    },
    {
      name: 'through-the-front-door',
      comment: 'another package is imported by its public name (@pha/...), never by a path into its src.',
      severity: 'error',
      from: { path: '^((?:client/|contracts/)?[^/]+)/' },
      to: {
        path: '^(core|runtime|enclave|host|client|contracts|testing)/',
        pathNot: '^$1/',
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'no-cycles',
      comment: 'two files that need each other are one idea, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolves',
      comment: 'the import leads nowhere: a typo, or an undeclared dependency.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|templates)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
}
