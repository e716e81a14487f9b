/** Gives a credential program the time of a batch, which stands in the options of the proof and nowhere else. */

import { hash } from 'node:crypto';
import { ChanceryError } from '../errors.ts';
import { fillCanonical } from './canonicalize.ts';
import type { CredentialProgram } from './compile-credential.ts';
import { fillParts } from './hole.ts';

/** A credential program that credentials can be filled from. */
export interface DatedCredential extends CredentialProgram {
  /** SHA-256 of the canonical proof options. */
  readonly proofHash: Buffer;
  /** JSON between the document and the proof value, and after it. */
  readonly proofJson: readonly [string, string];
}

/** `created`: ISO time in whole seconds, `proof.created` of every credential. Costs microseconds; all that was compiled is shared. */
export function dateCredential(program: CredentialProgram, created: string): DatedCredential {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(created))
    throw new ChanceryError('internal', 'the time of a proof is not a UTC time in whole seconds');
  const { plan, json } = program.proof;
  // The options are one node, so no two can hash alike and the answer is never undefined.
  const canonical = fillCanonical(plan, [created]) as string;
  const options = fillParts(json, [created]).slice(0, -1);
  return {
    ...program,
    proofHash: hash('sha256', canonical, 'buffer'),
    proofJson: [`,"proof":[${options},"proofValue":"`, '"}]}'],
  };
}
