/** Makes a mail account; its password exists in the answer only. */

import { randomBytes, randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { recordEvent } from '../../db/events.ts';
import { findMailAccount, insertMailAccount, type MailAccountRow } from '../../db/mail-accounts.ts';
import type { KeyMode } from '../../domain/api-key.ts';
import type { Issue } from '../../domain/issue.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { type AddressInput, noAddress } from '../../domain/postal-address.ts';
import { readAddress } from '../../domain/read-address.ts';
import { ChanceryError, invalidInput } from '../../errors.ts';

export interface NewMailAccount {
  id?: string;
  /** Unique on this installation, whatever its case. */
  username: string;
  /** Default: a new one. */
  password?: string;
  /** Default: the maker's. `test` is a staging account. */
  mode?: KeyMode;
  /** Requests a minute, 0 for no limit; default: the server's. */
  rateLimit?: number | null;
  /** Used where a mailing names none. */
  returnAddress?: Partial<AddressInput> | null;
}

/** Throws `invalid_input`, `conflict` for a name that is taken, `forbidden` for a live account with a test key. */
export async function createMailAccount(
  app: App,
  actor: Actor,
  input: NewMailAccount,
): Promise<{ row: MailAccountRow; password: string }> {
  requirePermission(actor, 'tokens:create');
  const mode = input.mode ?? (actor.test ? 'test' : 'live');
  if (actor.test && mode === 'live')
    throw new ChanceryError('forbidden', 'a test key makes staging accounts only', {
      details: { permission: 'tokens:create', mode: 'test' },
    });
  const { username } = input;
  const password = input.password ?? newPassword();
  const returnAddress = input.returnAddress ? { ...noAddress, ...input.returnAddress } : null;
  const issues = [...usernameIssues(username), ...passwordIssues(password), ...addressIssues(returnAddress)];
  if (issues.length > 0) throw invalidInput('the account is not valid', issues);
  const { organizationId } = actor;
  const id = input.id ?? randomUUID();
  const bounds = { mode, rateLimit: input.rateLimit ?? null, returnAddress };
  const passwordHash = await app.passwords.hash(password);
  const row = await app.db.organization(organizationId, async (tx) => {
    if (!(await insertMailAccount(tx, { id, organizationId, username, passwordHash, ...bounds })))
      throw new ChanceryError('conflict', 'there is an account of that name', { details: { username } });
    const event = { subject: 'mail_account', subjectId: id, kind: 'mail_account.created', actor: actor.label };
    await recordEvent(tx, { organizationId, ...event, data: { username, mode } });
    return (await findMailAccount(tx, organizationId, { id })) as MailAccountRow;
  });
  return { row, password };
}

/** 144 bits, without a character that a URL or a shell minds. */
export const newPassword = (): string => randomBytes(18).toString('base64url');

/** Throws `invalid_input`. */
export function requirePassword(password: string): void {
  const issues = passwordIssues(password);
  if (issues.length > 0) throw invalidInput('the password is not valid', issues);
}

const control = /[\p{Cc}\p{Cs}]/u;

function invalid(path: string, reason: string): Issue {
  return { path, code: 'invalid', params: { reason } };
}

function usernameIssues(username: string): Issue[] {
  if (username.trim() === '') return [{ path: 'username', code: 'required' }];
  const { length } = username;
  if (length > 100) return [{ path: 'username', code: 'too_long', params: { length, max: 100 } }];
  if (username.includes(':')) return [invalid('username', 'HTTP Basic ends the name at a colon')];
  if (username !== username.trim() || control.test(username))
    return [invalid('username', 'it contains control characters, or blanks at its ends')];
  return [];
}

function passwordIssues(password: string): Issue[] {
  const { length } = password;
  if (length < 8) return [invalid('password', 'it has less than 8 characters')];
  if (length > 200) return [{ path: 'password', code: 'too_long', params: { length, max: 200 } }];
  return control.test(password) ? [invalid('password', 'it contains control characters')] : [];
}

/** As strict as for a recipient: it stands on paper that may come back. */
function addressIssues(address: AddressInput | null): Issue[] {
  if (!address) return [];
  const { kind, issues } = readAddress(address, { capitals: false });
  return kind === 'non_mailable' ? issues.map((issue) => ({ ...issue, path: `returnAddress.${issue.path}` })) : [];
}
