/** Makes an API key; its text exists only in the answer. A key never grants more than its maker has. */

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { type ApiKeyRow, findApiKey, insertApiKey } from '../../db/api-keys.ts';
import { recordEvent } from '../../db/events.ts';
import { readMembers } from '../../db/members.ts';
import { type KeyDoor, type KeyMode, keyPrefix } from '../../domain/api-key.ts';
import type { Issue } from '../../domain/issue.ts';
import { type Actor, permissionNamed, permissions, requirePermission } from '../../domain/permissions.ts';
import { ChanceryError, invalidInput } from '../../errors.ts';
import { settleClaim } from '../idempotency/settle-claim.ts';
import { testKeys } from '../organizations/signing-keys.ts';
import { writeTestDidDocument } from '../organizations/write-did-documents.ts';

export interface NewApiKey {
  name: string;
  /** Permissions, or `*` for all. */
  scopes: string[];
  /** For whom it acts; only the command line may name somebody, a key's child acts for the same member. */
  memberId?: string | null;
  /** Requests a minute, 0 for no limit; default: the maker's. */
  rateLimit?: number | null;
  /** Default: the maker's end. */
  expiresAt?: Date | null;
  /** Default: the maker's; a test key can make none but test keys. */
  mode?: KeyMode;
  /** Whose prefix it gets; default: `chancery`. */
  door?: KeyDoor;
  /** A key made elsewhere; default: a new one. */
  key?: string;
}

export const hashApiKey = (key: string): Buffer => createHash('sha256').update(key).digest();

/** Throws `invalid_input` for unknown permissions and an end in the past, `forbidden` for what the maker does not have. */
export async function createApiKey(
  app: App,
  actor: Actor,
  input: NewApiKey,
): Promise<{ row: ApiKeyRow; token: string }> {
  requirePermission(actor, 'tokens:create');
  const { organizationId } = actor;
  const scopes = namedScopes(actor, input.scopes);
  const mode = modeOf(actor, input);
  const token = input.key ?? `${keyPrefix(input.door ?? 'chancery', mode)}${randomBytes(32).toString('base64url')}`;
  const memberId = actor.key ? actor.memberId : (input.memberId ?? null);
  const id = randomUUID();
  const bounds = { rateLimit: rateLimitOf(app, actor, input), expiresAt: endOf(actor, input), mode };
  const made = await app.db.organization(organizationId, async (tx) => {
    if (memberId !== null && (await readMembers(tx, organizationId, [memberId])).length === 0)
      throw invalidInput('there is no such member', [
        { path: 'member_id', code: 'invalid', params: { reason: 'no such member' } },
      ]);
    const { name } = input;
    const hash = hashApiKey(token);
    await insertApiKey(tx, { id, organizationId, memberId, name, hash, scopes, ...bounds, createdBy: actor.label });
    const event = { subject: 'api_key', subjectId: id, kind: 'api_key.created', actor: actor.label };
    await recordEvent(tx, { organizationId, ...event, data: { name, scopes, mode } });
    const row = (await findApiKey(tx, organizationId, id)) as ApiKeyRow;
    // So that whoever tests offline finds their keys beside the others.
    if (mode === 'test') await testKeys(app, tx, organizationId);
    await settleClaim(app, tx, actor, { row, token });
    return { row, token };
  });
  if (mode === 'test') await writeTestDidDocument(app, organizationId);
  return made;
}

function modeOf({ test }: Actor, { mode }: NewApiKey): KeyMode {
  if (test && mode === 'live')
    throw new ChanceryError('forbidden', 'a test key makes test keys only', {
      details: { permission: 'tokens:create', mode: 'test' },
    });
  return mode ?? (test ? 'test' : 'live');
}

/** The permissions meant, aliases replaced; each at most once. */
function namedScopes(actor: Actor, words: string[]): string[] {
  const unknown = words.filter((word) => permissionNamed(word) === undefined);
  if (unknown.length > 0) {
    const issue: Issue = { path: 'scopes', code: 'not_a_choice', params: { choices: ['*', ...permissions] } };
    throw invalidInput(`unknown permissions: ${unknown.join(', ')}`, [issue]);
  }
  const scopes = [...new Set(words.map((word) => permissionNamed(word) as string))];
  if (actor.scopes.includes('*')) return scopes;
  const missing = scopes.find((scope) => !actor.scopes.includes(scope));
  if (missing)
    throw new ChanceryError('forbidden', `a key without ${missing} cannot grant it`, {
      details: { permission: missing },
    });
  return scopes;
}

function rateLimitOf(app: App, { key }: Actor, { rateLimit }: NewApiKey): number | null {
  if (rateLimit === undefined || rateLimit === null) return key?.rateLimit ?? null;
  const own = key ? (key.rateLimit ?? app.config.RATE_LIMIT) : 0;
  if (own > 0 && (rateLimit === 0 || rateLimit > own))
    throw invalidInput('the limit is above the maker’s own', [
      { path: 'rate_limit', code: 'too_large', params: { max: own } },
    ]);
  return rateLimit;
}

function endOf({ key }: Actor, { expiresAt }: NewApiKey): Date | null {
  const own = key?.expiresAt ?? null;
  if (!expiresAt) return own;
  const refuse = (reason: string) =>
    invalidInput(`the key’s end ${reason}`, [{ path: 'expires_at', code: 'invalid', params: { reason } }]);
  if (expiresAt.getTime() <= Date.now()) throw refuse('lies in the past');
  if (own && expiresAt > own) throw refuse('lies after the maker’s own');
  return expiresAt;
}
