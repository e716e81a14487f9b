/** Finds the actor behind an API key. */

import type { App } from '../../app.ts';
import { findApiKey, touchApiKey } from '../../db/api-keys.ts';
import { findOrganizationOf } from '../../db/organizations.ts';
import type { Actor } from '../../domain/permissions.ts';
import { ChanceryError } from '../../errors.ts';
import { hashApiKey } from './create-api-key.ts';

/** Throws `unauthenticated` for a missing, unknown or revoked key alike. */
export async function authenticate(app: App, key: string | undefined): Promise<Actor> {
  const hash = key && key.length <= 500 ? hashApiKey(key) : undefined;
  const organizationId = hash && (await app.db.anonymous((tx) => findOrganizationOf(tx, 'apiKey', hash)));
  if (!hash || !organizationId) throw new ChanceryError('unauthenticated', 'the API key is missing or not valid');
  return app.db.organization(organizationId, async (tx) => {
    const found = await findApiKey(tx, organizationId, hash);
    if (!found) throw new ChanceryError('unauthenticated', 'the API key is missing or not valid');
    await touchApiKey(tx, organizationId, found.id);
    return { organizationId, memberId: found.memberId, scopes: found.scopes, label: `api_key:${found.id}` };
  });
}
