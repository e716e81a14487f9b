/** What an asker sees of mailings: an account its own, an API key those of its organization; either of one mode alone. */

import type { MailScope } from '../../db/mailings.ts';
import type { Actor } from '../../domain/permissions.ts';
import { notFound } from '../../errors.ts';

export function mailScope(actor: Actor): MailScope {
  return { organizationId: actor.organizationId, accountId: actor.account?.id ?? null, test: actor.test };
}

const largest = 2 ** 31 - 1;

/** Throws `not_found` for a number that nothing can have. */
export function knownNumber(noun: string, number: number): number {
  if (!Number.isInteger(number) || number < 1 || number > largest) throw notFound(noun, String(number));
  return number;
}
