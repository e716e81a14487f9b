/** Our own document: a compiled page filled and sealed. */

import { fillPage } from '../../src/pdf/fill-page.ts';
import { compileBenchPage } from '../programs.ts';
import type { Peer } from './peer.ts';

export async function openOurs(): Promise<Peer> {
  const { page } = await compileBenchPage();
  return {
    version: '',
    remark: 'PDF/A-3b, credential attached, sealed (Ed25519)',
    make({ values, credential }) {
      const { tail } = fillPage(page, values, {
        name: 'credential.json',
        data: credential,
        mediaType: 'application/vc+ld+json',
      });
      // The belt stores the tail alone; a peer hands over a whole file, so this does too.
      return Buffer.concat([page.prefix, tail]);
    },
  };
}
