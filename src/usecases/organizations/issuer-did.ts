/** The organization's name as an issuer, by the ISSUER_DID setting. */

import type { App } from '../../app.ts';
import { didKeyOf, didWebOf } from '../../credential/did.ts';

/** `publicKey` is the raw Ed25519 key that signs; with `key` it is the issuer. Specimens have an issuer of their own. */
export function issuerDid(app: App, organizationId: string, publicKey: Uint8Array, test = false): string {
  return app.config.ISSUER_DID === 'key'
    ? didKeyOf(publicKey)
    : didWebOf(app.publicUrl, ['organizations', organizationId, ...(test ? ['test'] : [])]);
}
