/** Makes an API key; its text exists only in the answer. */

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { insertApiKey } from '../../db/api-keys.ts';
import { permissions } from '../../domain/permissions.ts';
import { invalidInput } from '../../errors.ts';

export interface NewApiKey {
  organizationId: string;
  memberId?: string | null;
  name: string;
  /** Permissions, or `*` for all. */
  scopes: string[];
  /** Put before the random part, so that a leaked key is recognised, e.g. `vec_live_`. */
  prefix?: string;
  /** A key made elsewhere; default: a new one. */
  key?: string;
}

export const hashApiKey = (key: string): Buffer => createHash('sha256').update(key).digest();

export async function createApiKey(app: App, input: NewApiKey): Promise<{ id: string; key: string }> {
  const unknown = input.scopes.filter((scope) => scope !== '*' && !(permissions as readonly string[]).includes(scope));
  if (unknown.length > 0) throw invalidInput(`unknown permissions: ${unknown.join(', ')}`);
  const id = randomUUID();
  const key = input.key ?? `${input.prefix ?? 'chancery_'}${randomBytes(32).toString('base64url')}`;
  await app.db.organization(input.organizationId, (tx) =>
    insertApiKey(tx, {
      id,
      organizationId: input.organizationId,
      memberId: input.memberId ?? null,
      name: input.name,
      hash: hashApiKey(key),
      scopes: input.scopes,
    }),
  );
  return { id, key };
}
