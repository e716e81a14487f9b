/** The credential by the reference stack: its contexts at hand, its key loaded once, eddsa-rdfc-2022 as everybody issues with it. */

import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue } from '@digitalbazaar/vc';
import { loadDocument } from '../../src/credential/document-loader.ts';
import { type Peer, versionOf } from './peer.ts';

export async function openDigitalbazaar(): Promise<Peer> {
  const controller = 'did:web:v.test';
  const pair = await Ed25519Multikey.generate({ controller });
  pair.id = `${controller}#${pair.publicKeyMultibase}`;
  const signer = pair.signer();
  return {
    version: versionOf('@digitalbazaar/vc'),
    remark: 'contexts and key at hand',
    async make({ credential }) {
      const { proof: _, ...unsigned } = JSON.parse(credential.toString()) as Record<string, unknown>;
      const date = new Date(unsigned.validFrom as string);
      const suite = new DataIntegrityProof({ signer, cryptosuite, date });
      return Buffer.from(JSON.stringify(await issue({ credential: unsigned, suite, documentLoader: loadDocument })));
    },
  };
}
