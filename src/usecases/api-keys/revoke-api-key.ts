/** Revokes an API key: at once in this process and, by an announcement at the commit, in all others. */

import type { App } from '../../app.ts';
import { type ApiKeyRow, findApiKey, revokeApiKey as storeRevocation } from '../../db/api-keys.ts';
import { recordEvent } from '../../db/events.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';

/** A key that is revoked already stays as it is. Throws `not_found`. */
export async function revokeApiKey(app: App, actor: Actor, id: string): Promise<ApiKeyRow> {
  requirePermission(actor, 'tokens:revoke');
  const { organizationId } = actor;
  if (!isUuid(id)) throw notFound('token', id);
  const row = await app.db.organization(organizationId, async (tx) => {
    const found = await findApiKey(tx, organizationId, id);
    if (!found || (actor.test && found.mode === 'live')) return undefined;
    if (await storeRevocation(tx, organizationId, id))
      await recordEvent(tx, {
        organizationId,
        subject: 'api_key',
        subjectId: id,
        kind: 'api_key.revoked',
        actor: actor.label,
        data: {},
      });
    return findApiKey(tx, organizationId, id);
  });
  if (!row) throw notFound('token', id);
  app.recentKeys.forget();
  return row;
}
