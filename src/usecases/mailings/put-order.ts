/** Takes the order of a mailing: who gets which pages. Stored line by line as it is read; until submission another may replace it. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { beginOrder, setMailingOrder } from '../../db/mailings.ts';
import type { OrderFacts, OrderLine } from '../../domain/mail-order.ts';
import type { Actor } from '../../domain/permissions.ts';
import { storableJson } from '../../domain/storable-json.ts';
import { ChanceryError } from '../../errors.ts';
import { fault } from '../../fault.ts';
import { lockEditing, requireEditing } from './put-document.ts';

/**
 * Durable when it returns. `facts` is asked after the last line. Throws `not_found`, `conflict` once the mailing is submitted, and what `lines` throws;
 * nothing is stored then.
 */
export async function putOrder(
  app: App,
  actor: Actor,
  number: number,
  lines: AsyncIterable<OrderLine>,
  facts: () => OrderFacts,
): Promise<void> {
  await requireEditing(app, actor, number);
  const { organizationId } = actor;
  const key = await app.db.organization(organizationId, async (tx) => {
    const { id } = await lockEditing(tx, actor, number);
    const name = orderKey(id);
    await beginOrder(tx, organizationId, id, name);
    return name;
  });
  await fault('put-order-after-name');
  let replaced: string | null;
  try {
    await app.blobs.put(key, orderBytes(lines));
    await fault('put-order-after-blob');
    replaced = await app.db.organization(organizationId, async (tx) => {
      const mailing = await lockEditing(tx, actor, number);
      await setMailingOrder(tx, organizationId, mailing.id, { key, facts: facts() });
      await fault('put-order-before-commit');
      return mailing.orderKey;
    });
  } catch (error) {
    const unknown = error instanceof ChanceryError && error.details.commit === 'unknown';
    if (!unknown) await app.blobs.delete(key).catch(() => {});
    throw error;
  }
  await fault('put-order-after-commit');
  // What stays for now goes with the mailing.
  if (replaced) await app.blobs.delete(replaced).catch(() => {});
}

export const orderKey = (mailingId: string): string => `mailings/${mailingId}/order-${randomUUID()}.ndjson`;

const flushAt = 64 * 1024;

/** One line of JSON each. */
export async function* orderBytes(lines: AsyncIterable<OrderLine> | Iterable<OrderLine>): AsyncGenerator<Uint8Array> {
  let text = '';
  for await (const line of lines) {
    text += `${storableJson(line)}\n`;
    if (text.length < flushAt) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text) yield Buffer.from(text);
}
