/** The engine's bytes: the bundler embeds the file (`loader: { '.wasm': 'binary' }`). */
declare module '@jitl/quickjs-wasmfile-release-sync/wasm' {
  const bytes: Uint8Array
  export default bytes
}
