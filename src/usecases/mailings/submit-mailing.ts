/** Submits a mailing: from now on nothing of it can be replaced, and it is processed in the order of submission. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../../app.ts';
import { findMailing, lockMailingByNumber, setMailingTurn } from '../../db/mailings.ts';
import { transition } from '../../db/transition.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { ChanceryError, invalidInput, notFound } from '../../errors.ts';
import { fault } from '../../fault.ts';
import { knownNumber, mailScope } from './mail-scope.ts';

/** Milliseconds: clients look at once whether it is received, and where the belt is idle it soon is; where it is not, it is asked less often. */
const patience = { all: 2_000, first: 20, last: 200 };

/**
 * Idempotent. Returns once the mailing is received, or after two seconds. Throws `not_found`, `invalid_input` when document or order is missing, and
 * `illegal_transition` for one that was cancelled.
 */
export async function submitMailing(app: App, actor: Actor, number: number): Promise<void> {
  requirePermission(actor, 'mailings:create');
  const { organizationId, label } = actor;
  const scope = mailScope(actor);
  knownNumber('mailing', number);
  await app.db.organization(organizationId, async (tx) => {
    const mailing = await lockMailingByNumber(tx, scope, number);
    if (mailing?.kind !== 'batch') throw notFound('mailing', String(number));
    const { id, status, documentId, orderKey } = mailing;
    if (status === 'cancelled') throw new ChanceryError('illegal_transition', 'the mailing was cancelled');
    if (status !== 'editing') return;
    const missing = [documentId === null && 'document', orderKey === null && 'order'].filter((one) => one !== false);
    if (missing.length > 0)
      throw invalidInput(
        `the mailing has no ${missing.join(' and no ')}`,
        missing.map((path) => ({ path, code: 'required' })),
      );
    await transition(tx, { organizationId, subject: 'mailing', id, to: 'submitted', actor: label });
    await setMailingTurn(tx, organizationId, id);
    await app.queue.enqueue(tx, 'belt', [{ stage: 'sort', organizationId, chunkId: id }]);
    await fault('submit-before-commit');
  });
  await fault('submit-after-commit');
  const deadline = performance.now() + patience.all;
  for (let step = patience.first; performance.now() < deadline; step = Math.min(step * 1.5, patience.last)) {
    const now = await app.db.organization(organizationId, (tx) => findMailing(tx, scope, { number }));
    if (now?.status !== 'submitted') return;
    await sleep(step);
  }
}
