/** Our own credential: a compiled program filled, hashed and signed. */

import { fillCredential } from '../../src/credential/fill-credential.ts';
import { compileBenchCredential } from '../programs.ts';
import type { Peer } from './peer.ts';

export async function openOurCredential(): Promise<Peer> {
  const program = await compileBenchCredential();
  return { version: '', remark: '', make: async ({ facts }) => Buffer.from(await fillCredential(program, facts)) };
}
