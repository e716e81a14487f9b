/** Grants credits to an organization; only whoever administers the installation can, on its own machine. */

import type { App } from '../../app.ts';
import { recordEvent } from '../../db/events.ts';
import { findGrant, lockBalance, moveCredits, readBalance } from '../../db/ledger.ts';
import { ChanceryError, invalidInput, notFound } from '../../errors.ts';

export interface Grant {
  organizationId: string;
  amount: number;
  /** What it was ordered or paid under: the same grant made again counts once. */
  reference?: string;
  note?: string;
}

const largest = 1_000_000_000;

/** `granted` is false when the same reference was granted before. Throws `conflict` when that was another amount. */
export async function grantCredits(app: App, grant: Grant): Promise<{ granted: boolean; available: number }> {
  const { organizationId, amount, reference, note } = grant;
  if (!Number.isSafeInteger(amount) || amount < 1 || amount > largest)
    throw invalidInput(`an amount is a whole number from 1 to ${largest}`);
  for (const text of [reference, note])
    if (text !== undefined && !/^[^\p{Cc}\p{Cs}]{1,255}$/u.test(text))
      throw invalidInput('reference and note are one line of at most 255 characters');
  return app.db.organization(organizationId, async (tx) => {
    if (!(await lockBalance(tx, organizationId))) throw notFound('organization', organizationId);
    const earlier = reference === undefined ? undefined : await findGrant(tx, organizationId, reference);
    if (earlier && earlier.amount !== amount)
      throw new ChanceryError('conflict', `${earlier.amount} credits were granted under this reference before`);
    if (!earlier) {
      await moveCredits(tx, { ...grant, kind: 'grant', from: 'granted', to: 'available' });
      const event = { subject: 'organization', subjectId: organizationId, kind: 'credits.granted', actor: 'cli' };
      await recordEvent(tx, { organizationId, ...event, data: { amount, reference, note } });
    }
    return { granted: !earlier, available: (await readBalance(tx, organizationId)).available };
  });
}
