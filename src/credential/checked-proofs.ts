/** Signatures that were found good: the same bytes under the same key are not canonicalized again. What was found wrong is not remembered. */

import { hash } from 'node:crypto';
import { type FormPlans, openFormPlans } from './form-plans.ts';

export interface CheckedProofs {
  /** Of this text under this key: what `check` says, which is asked once, also by many at a time. */
  find(text: string, publicKey: Uint8Array, check: () => Promise<boolean>): Promise<boolean>;
  /** For what is checked for the first time. */
  forms: FormPlans;
}

/** Those that were asked for last stay. */
export function openCheckedProofs(limit = 10_000): CheckedProofs {
  const known = new Map<string, Promise<boolean>>();
  return {
    forms: openFormPlans(),
    find(text, publicKey, check) {
      const name = hash('sha256', Buffer.concat([publicKey, Buffer.from(text)]), 'base64');
      const found = known.get(name) ?? check();
      known.delete(name);
      known.set(name, found);
      const oldest = known.keys().next();
      if (known.size > limit && !oldest.done) known.delete(oldest.value);
      const forget = () => {
        if (known.get(name) === found) known.delete(name);
      };
      found.then((isGood) => isGood || forget(), forget);
      return found;
    },
  };
}
