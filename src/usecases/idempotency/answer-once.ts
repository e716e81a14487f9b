/** One creation for one Idempotency-Key: the first request creates, the same request sent again gets the same answer. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { decryptKey } from '../../credential/keys.ts';
import {
  freeIdempotencyKey,
  type IdempotencyRow,
  keepIdempotentAnswer,
  renewIdempotencyKey,
  takeIdempotencyKey,
} from '../../db/idempotency-keys.ts';
import type { Claim } from '../../domain/claim.ts';
import type { Actor } from '../../domain/permissions.ts';
import { ChanceryError, invalidInput } from '../../errors.ts';
import { fault } from '../../fault.ts';
import { contextOf, seal } from './settle-claim.ts';

export interface Creation<R> {
  /** Creates as this actor; the use case settles the actor's claim with what it gives back. */
  create(actor: Actor): Promise<R>;
  /** The body of the answer; asked again for what an earlier request created. `made` has been through JSON. */
  answer(made: R): unknown;
}

/** Milliseconds; a third of the lease. */
const renewEvery = 5_000;

/**
 * Throws `conflict` while the first request is under way, `invalid_input` when the key stands for another request, and whatever `create`
 * throws: then nothing was created, and the key is free again.
 */
export async function answerOnce<R>(
  app: App,
  actor: Actor,
  request: { key: string; fingerprint: Buffer },
  creation: Creation<R>,
): Promise<{ body: string; replayed: boolean }> {
  if (!actor.key) throw new ChanceryError('internal', 'an Idempotency-Key without an API key');
  const { organizationId } = actor;
  const claim: Claim = { apiKeyId: actor.key.id, key: request.key, id: randomUUID() };
  const found = await app.db.organization(organizationId, (tx) =>
    takeIdempotencyKey(tx, organizationId, claim, request.fingerprint),
  );
  if (found)
    return { body: await replay(app, organizationId, claim, found, request.fingerprint, creation), replayed: true };
  const made = await createHolding(app, { ...actor, claim }, claim, creation);
  return { body: await render(app, organizationId, claim, made, creation), replayed: false };
}

async function createHolding<R>(app: App, actor: Actor, claim: Claim, { create }: Creation<R>): Promise<R> {
  const { organizationId } = actor;
  const renew = () => app.db.organization(organizationId, (tx) => renewIdempotencyKey(tx, organizationId, claim));
  const timer = setInterval(() => {
    renew().catch((error: Error) => app.log.warn({ error: error.message }, 'an Idempotency-Key could not be held'));
  }, renewEvery);
  timer.unref();
  try {
    return await create(actor);
  } catch (error) {
    // Only while it is held: a creation that was committed, whatever came after it, stays on record.
    await app.db.organization(organizationId, (tx) => freeIdempotencyKey(tx, organizationId, claim)).catch(() => {});
    throw error;
  } finally {
    clearInterval(timer);
  }
}

async function replay<R>(
  app: App,
  organizationId: string,
  claim: Claim,
  { fingerprint, outcome, answer }: IdempotencyRow,
  wanted: Buffer,
  creation: Creation<R>,
): Promise<string> {
  if (!fingerprint.equals(wanted)) {
    const params = {
      reason: 'it was sent with another request',
      sentence: 'The Idempotency-Key was sent with another request.',
    };
    throw invalidInput('the Idempotency-Key was sent with another request', [
      { path: 'idempotency_key', code: 'invalid', params },
    ]);
  }
  if (!outcome)
    throw new ChanceryError('conflict', 'a request with this Idempotency-Key is under way', {
      details: { underWay: true },
    });
  const open = (sealed: Buffer) =>
    JSON.parse(Buffer.from(decryptKey(app.masterKey, sealed, contextOf(organizationId, claim))).toString('utf8'));
  if (answer) return open(answer) as string;
  return render(app, organizationId, claim, open(outcome) as R, creation);
}

/** Of two requests that answer at once the first one's answer is kept, and both give it. */
async function render<R>(
  app: App,
  organizationId: string,
  claim: Claim,
  made: R,
  { answer }: Creation<R>,
): Promise<string> {
  await fault('create-before-answer');
  const body = JSON.stringify(await answer(JSON.parse(JSON.stringify(made)) as R));
  const sealed = seal(app, organizationId, claim, body);
  const kept = await app.db.organization(organizationId, (tx) =>
    keepIdempotentAnswer(tx, organizationId, claim, sealed),
  );
  if (!kept) throw new ChanceryError('internal', 'a creation did not settle its Idempotency-Key');
  return JSON.parse(Buffer.from(decryptKey(app.masterKey, kept, contextOf(organizationId, claim))).toString('utf8'));
}
