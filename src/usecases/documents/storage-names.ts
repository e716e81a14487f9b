/** Names of public files that nobody may guess: an id and a code over it that only this installation's master key makes. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { App } from '../../app.ts';

export type StoredKind = 'screenshot' | 'signature' | 'avatar';

const undashed = (id: string) => id.replaceAll('-', '');

/** 64 hex digits. `state` is what the file shows: when it changes, the old name leads nowhere. */
export function storageName(
  { masterKey }: Pick<App, 'masterKey'>,
  kind: StoredKind,
  id: string,
  state: string,
): string {
  const code = createHmac('sha256', masterKey).update(`storage/1/${kind}/${id}/${state}`).digest('hex').slice(0, 32);
  return `${undashed(id)}${code}`;
}

/** The id that a name begins with; whether the name is genuine is known only by making it again. */
export function idInStorageName(name: string): string | undefined {
  const match = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})[0-9a-f]{32}$/.exec(name);
  return match ? match.slice(1).join('-') : undefined;
}

export const sameName = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
