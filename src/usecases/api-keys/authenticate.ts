/** Finds the actor behind an API key. */

import type { App } from '../../app.ts';
import type { Actor } from '../../domain/permissions.ts';
import { ChanceryError } from '../../errors.ts';
import { hashApiKey } from './create-api-key.ts';

/** Longer texts are no key and are not even hashed. */
const longestKey = 500;

/** Throws `unauthenticated` for a missing, unknown, revoked or expired key alike. */
export async function authenticate(app: App, key: string | undefined): Promise<Actor> {
  const found = key && key.length <= longestKey ? await app.recentKeys.find(hashApiKey(key)) : undefined;
  if (!found) throw new ChanceryError('unauthenticated', 'the API key is missing or not valid');
  const { id, organizationId, memberId, scopes, rateLimit, expiresAt, mode } = found;
  return {
    organizationId,
    memberId,
    scopes,
    test: mode === 'test',
    label: `api_key:${id}`,
    key: { id, rateLimit, expiresAt },
  };
}

/** Whether this process knows the key as a valid one; asks nobody. */
export function isFamiliar(app: App, key: string | undefined): boolean {
  return key !== undefined && key.length <= longestKey && app.recentKeys.wasValid(hashApiKey(key));
}
