/** Permissions: what a key may do; every use case names the one it needs. */

import { ChanceryError } from '../errors.ts';
import type { Claim } from './claim.ts';
import type { AddressInput } from './postal-address.ts';

export const permissions = [
  'batches:list',
  'batches:view',
  'batches:create',
  'certificates:list',
  'certificates:view',
  'certificates:download',
  'certificates:revoke',
  'certificate-templates:list',
  'certificate-templates:view',
  'certificate-templates:create',
  'certificate-templates:update',
  'approvals:list',
  'approvals:decide',
  'users:list',
  'users:view',
  'users:create',
  'users:update',
  'credits:view',
  'tokens:list',
  'tokens:create',
  'tokens:revoke',
  'certificate-vault:list',
  'certificate-vault:view',
  'certificate-vault:create',
  'certificate-vault:download',
  'certificate-vault:update',
  'webhooks:list',
  'webhooks:view',
  'webhooks:create',
  'webhooks:update',
  'webhooks:delete',
  'mailings:view',
  'mailings:create',
  'mailings:track',
  'print-runs:view',
  'print-runs:settle',
] as const;

export type Permission = (typeof permissions)[number];

/** Other names under which a token may be given a permission: what VEC's dashboard is thought to call them. */
const aliases: Record<string, Permission> = {
  'user-management:list': 'users:list',
  'user-management:view': 'users:view',
  'user-management:create': 'users:create',
  'user-management:update': 'users:update',
  'templates:list': 'certificate-templates:list',
  'templates:view': 'certificate-templates:view',
  'templates:create': 'certificate-templates:create',
  'templates:update': 'certificate-templates:update',
};

/** The permission of that name or alias, `*` for all; undefined for a word that is none. */
export function permissionNamed(word: string): Permission | '*' | undefined {
  if (word === '*') return word;
  return Object.hasOwn(aliases, word) ? aliases[word] : permissions.find((one) => one === word);
}

/** Who asks, and for which organization. */
export interface Actor {
  organizationId: string;
  memberId: string | null;
  scopes: readonly string[];
  /** Sees and makes specimens only; what is not of a test key is live. */
  test: boolean;
  /** For the event log: `api_key:<id>`, `mail_account:<id>`, `member:<id>` (by a mailed link), `cli`. */
  label: string;
  /** The API key that was shown; undefined for the command line on this machine. */
  key?: { id: string; rateLimit: number | null; expiresAt: Date | null };
  /** The mail account that logged in: it sees its own mailings only. */
  account?: { id: string; username: string; returnAddress: AddressInput | null; rateLimit: number | null };
  /** Of the request's Idempotency-Key; the transaction that creates settles it (`usecases/idempotency`). */
  claim?: Claim;
}

/** What both modes share is changed with live keys alone, and webhooks tell of live certificates. */
const liveOnly: readonly Permission[] = [
  'certificate-templates:create',
  'certificate-templates:update',
  'users:create',
  'users:update',
  'webhooks:list',
  'webhooks:view',
  'webhooks:create',
  'webhooks:update',
  'webhooks:delete',
];

/** Throws `forbidden` naming the permission that is missing, or that no test key has; `*` grants all. */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (actor.test && liveOnly.includes(permission))
    throw new ChanceryError('forbidden', `a test key may not do this: ${permission} needs a live key`, {
      details: { permission, mode: 'test' },
    });
  if (actor.scopes.includes('*') || actor.scopes.includes(permission)) return;
  throw new ChanceryError('forbidden', `the permission ${permission} is missing`, { details: { permission } });
}

/** What somebody who logs in with a mail account may do; it opens no other door. */
export const mailAccountScopes: readonly Permission[] = [
  'mailings:view',
  'mailings:create',
  'mailings:track',
  'credits:view',
];

/** The command line on the server's own machine acts with every permission. */
export function localActor(organizationId: string): Actor {
  return { organizationId, memberId: null, scopes: ['*'], test: false, label: 'cli' };
}
