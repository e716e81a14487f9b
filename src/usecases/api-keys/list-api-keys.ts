/** The API keys of an organization, without their text, which nobody has. A test key sees test keys; a live one, which answers for all, both. */

import type { App } from '../../app.ts';
import { type ApiKeyRow, findApiKey, listApiKeys as readApiKeys } from '../../db/api-keys.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { isUuid } from '../../domain/uuid.ts';
import { notFound } from '../../errors.ts';

export async function listApiKeys(
  app: App,
  actor: Actor,
  page: { limit: number; offset: number },
): Promise<{ keys: ApiKeyRow[]; total: number }> {
  requirePermission(actor, 'tokens:list');
  return app.db.organization(actor.organizationId, (tx) =>
    readApiKeys(tx, actor.organizationId, { ...page, mode: actor.test ? 'test' : undefined }),
  );
}

/** Throws `not_found`. */
export async function getApiKey(app: App, actor: Actor, id: string): Promise<ApiKeyRow> {
  requirePermission(actor, 'tokens:list');
  const { organizationId } = actor;
  const found = isUuid(id)
    ? await app.db.organization(organizationId, (tx) => findApiKey(tx, organizationId, id))
    : undefined;
  if (!found || (actor.test && found.mode === 'live')) throw notFound('token', id);
  return found;
}
