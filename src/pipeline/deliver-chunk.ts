/** Deliver: claims a part of a chunk's deliveries as `sending`, acts, and settles each one by one; what a dead run left behind is `unknown` first. */

import { randomUUID } from 'node:crypto';
import type { App } from '../app.ts';
import { readRevision } from '../db/batches.ts';
import {
  type ClaimedDelivery,
  cancelRevoked,
  claimDeliveries,
  type DeliveryRange,
  markUnknown,
  nextDueIn,
  readClaims,
  releaseDeliveries,
  settleDelivery,
  sumDeliveries,
} from '../db/deliveries.ts';
import type { Tx } from '../db/open.ts';
import type { Channel, Outcome, Outgoing } from '../deliver/channel.ts';
import { composeCertificateMail } from '../deliver/email/compose.ts';
import { prefixKey } from '../domain/document.ts';
import { type DisplayValues, displayValuesOf } from '../domain/placeholder.ts';
import { openTurnstile, type Turnstile } from '../domain/turnstile.ts';
import { achievementOf } from '../domain/vault-template.ts';
import { ChanceryError, notFound } from '../errors.ts';
import { fault } from '../fault.ts';
import type { Job } from '../queue/open-queue.ts';
import { afterAttempt } from './after-attempt.ts';
import { type LoadedSpec, loadBatchSpec } from './batch-spec.ts';

/** E-mail is delivered at least once: what may have been sent is sent again, with the same Message-ID. */
const resendUnknown = true;

/** A mail of its own plans as much as a part of a hundred. */
const prepared = { prepared: true };

/** When `stopping` is aborted, what is with the relay is waited for and what is not is given back. */
export async function deliverChunk(app: App, job: Job, stopping?: AbortSignal): Promise<void> {
  if (!job.part) throw new ChanceryError('internal', 'a delivery job names no part');
  const range: DeliveryRange = { organizationId: job.organizationId, chunkId: job.chunkId, ...job.part };
  const channel = app.channels[range.channel];
  if (!channel) throw new ChanceryError('not_ready', `the channel ${range.channel} is not configured`);
  const loaded = await loadBatchSpec(app, { ...range, revision: await currentRevision(app, range) });
  const run = randomUUID();
  const claim = async (tx: Tx) => {
    await markUnknown(tx, range, run);
    await cancelRevoked(tx, range);
    return claimDeliveries(tx, range, run, resendUnknown);
  };
  const confirmClaim = claimConfirmer(app, range, run);
  const claimed = await app.db.organization(range.organizationId, claim, prepared);
  await fault('deliver-after-claim');
  const compose = composer(app, loaded);
  const turnstile = turnstileOf(channel, app.config.SMTP_CONNECTIONS);
  const deliverAndSettle = async (delivery: ClaimedDelivery) => {
    const outcome = await deliverOne(channel, () => compose(delivery));
    await fault('deliver-after-send');
    await settle(app, range, delivery, run, outcome);
    await fault('deliver-after-result');
  };
  const untried: ClaimedDelivery[] = [];
  await inParallel(claimed, app.config.SMTP_CONNECTIONS, (delivery) =>
    turnstile.pass(async () => {
      if (stopping?.aborted || (await confirmClaim()).has(delivery.seq)) untried.push(delivery);
      else await deliverAndSettle(delivery);
    }),
  );
  await fault('deliver-before-finish');
  const finish = async (tx: Tx) => {
    if (untried.length > 0) await releaseDeliveries(tx, range, run, untried);
    await sumDeliveries(tx, range.organizationId, range.chunkId);
    const due = await nextDueIn(tx, range, resendUnknown);
    if (due !== null) await app.queue.enqueue(tx, 'deliver', [job], Math.max(1, due));
  };
  await app.db.organization(range.organizationId, finish, prepared);
}

async function currentRevision(app: App, { organizationId, batchId }: DeliveryRange): Promise<number> {
  const revision = await app.db.organization(
    organizationId,
    (tx) => readRevision(tx, organizationId, batchId),
    prepared,
  );
  if (revision === undefined) throw notFound('batch', batchId);
  return revision;
}

const turnstiles = new WeakMap<Channel, Turnstile>();

/** One for each channel of the process: however many jobs run, its death leaves at most so many messages without their result. */
export function turnstileOf(channel: Channel, places: number): Turnstile {
  const turnstile = turnstiles.get(channel) ?? openTurnstile(places);
  turnstiles.set(channel, turnstile);
  return turnstile;
}

const claimLifeMs = 1_000;

/**
 * A process that stood still may have lost its claims; it must learn that before it sends the next message. Throws `conflict` then, and else gives
 * the places of certificates that have been revoked since they were claimed. Made before the claim is asked for: who stands still until the answer is read may have lost it too.
 */
function claimConfirmer(app: App, range: DeliveryRange, run: string): () => Promise<ReadonlySet<number>> {
  let confirmed = performance.now();
  let revoked = new Set<number>();
  return async () => {
    const now = performance.now();
    if (now - confirmed < claimLifeMs) return revoked;
    const claims = await app.db.organization(range.organizationId, (tx) => readClaims(tx, range, run));
    if (!claims.held) throw new ChanceryError('conflict', 'another run holds the deliveries');
    confirmed = now;
    revoked = new Set(claims.revoked);
    return revoked;
  };
}

async function deliverOne(channel: Channel, compose: () => Promise<Outgoing>): Promise<Outcome> {
  let message: Outgoing;
  try {
    message = await compose();
  } catch (error) {
    // Like a relay's refusal: it is tried again by the schedule and given up at its end, and no other mail waits for it.
    const reason = error instanceof ChanceryError ? error.message : 'internal error';
    return { status: 'deferred', reason: `the mail could not be made: ${reason}` };
  }
  await fault('deliver-before-send');
  return channel.deliver(message);
}

async function settle(
  app: App,
  range: DeliveryRange,
  delivery: ClaimedDelivery,
  run: string,
  outcome: Outcome,
): Promise<void> {
  const { status, said, wait } = afterAttempt(delivery, outcome);
  const store = (tx: Tx) => settleDelivery(tx, range, delivery, run, status, said, wait);
  await app.db.organization(range.organizationId, store, prepared);
}

/** Makes the mail of a delivery; the same delivery always gives the same bytes, unless its recipient became a member between two attempts. */
function composer(app: App, { spec, sender }: LoadedSpec): (delivery: ClaimedDelivery) => Promise<Outgoing> {
  const { template, organization } = spec;
  const displayValues = displayValuesOf(template, organization.name);
  let prefix: Promise<Buffer> | undefined;
  return async (delivery) => {
    const verificationUrl = `${spec.publicUrl}/credential/${delivery.itemId}`;
    const values = displayValues({
      ...delivery,
      id: delivery.itemId,
      verificationUrl,
      emailSalt: '',
      statusList: { url: '', index: 0 },
    });
    const mail = composeCertificateMail({
      template: {
        ...template,
        achievement: { ...template.achievement, ...achievementOf(spec.kind, template, delivery.fields) },
      },
      values,
      organizationName: organization.name,
      verificationUrl,
      language: template.language,
      walletUrl: delivery.inWallet ? `${spec.publicUrl}/wallet` : undefined,
    });
    const attachments: Outgoing['attachments'] = [];
    if (template.mail?.attachPdf) {
      prefix ??= app.blobs.get(prefixKey(delivery.prefixHash));
      // Awaited together: a prefix that fails while nobody looks would end the process.
      const [head, tail] = await Promise.all([
        prefix,
        app.blobs.get(delivery.packKey, { offset: delivery.tailOffset, length: delivery.tailLength }),
      ]);
      attachments.push({
        filename: `${delivery.referenceId}.pdf`,
        contentType: 'application/pdf',
        content: Buffer.concat([head, tail]),
      });
    }
    return {
      ...mail,
      attachments,
      messageId: delivery.messageId,
      to: { name: recipientName(values), address: delivery.email },
      from: sender,
      date: new Date(spec.createdAt),
    };
  };
}

const recipientName = (values: DisplayValues) => values.name ?? '';

async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < items.length; at = next++) await work(items[at] as T);
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, lane));
  for (const end of lanes) if (end.status === 'rejected') throw end.reason;
}
