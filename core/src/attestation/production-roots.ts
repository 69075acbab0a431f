/** The vendors' root keys: what evidence of real hardware ends in. Each is SHA-256 of the DER SubjectPublicKeyInfo. */
import { fromHex } from '../codec/index.ts'
import type { TrustedRoots } from './roots.ts'

const pin = (hex: string): Uint8Array => fromHex(`0x${hex}`)

export const productionRoots: TrustedRoots = {
  // Intel SGX Root CA, P-256, 2018 to 2049.
  intel: [pin('a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e')],
  // Intel SGX Attestation Report Signing CA, RSA-3072, 2016 to 2049.
  intelIas: [pin('a9beeb83bb1222c108b436bdd82334e5cf380d61039dae11db95272343850394')],
  // ARK-Milan, ARK-Genoa (Siena and Bergamo too), ARK-Turin: RSA-4096.
  amd: {
    Milan: [pin('9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9')],
    Genoa: [pin('429a69c9422aa258ee4d8db5fcda9c6470ef15f8cd5a9cebd6cbc7d90b863831')],
    Turin: [pin('4f125410563a2ab9a50356f9243f6fe0b6f73de98603f53f90339c70e9d7ad08')],
  },
  // aws.nitro-enclaves, G1, P-384, 2019 to 2049.
  awsNitro: [pin('f2caf5ecc6190b4a8399b78bc58a2bbcd0382375db8a1bfd78a82743874fd225')],
  // NVIDIA Device Identity CA, P-384, 2021 to 9999.
  nvidiaGpu: [pin('a90c4eb5acfd3e3d03a25db6a26b84f720ad0503196c627c21ddd48dd85b06a4')],
  simulated: [],
}
