/** Takes a batch in: the whole file is read and normalised first, then everything about the batch is decided and stored in one transaction. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { sourceKey } from '../../domain/document.ts';
import type { Actor } from '../../domain/permissions.ts';
import { ChanceryError } from '../../errors.ts';
import { fault } from '../../fault.ts';
import type { ColumnPlan } from '../../ingest/columns.ts';
import type { SourceBlock } from '../../ingest/source.ts';
import { settleClaim } from '../idempotency/settle-claim.ts';
import { areStale, type FoundDuplicates, findDuplicates } from './find-duplicates.ts';
import { openSource } from './open-source.ts';
import { type NewBatch, type PreparedBatch, prepareBatch } from './prepare-batch.ts';
import { decideBatch, storeBatch } from './store-batch.ts';

export type { NewBatch } from './prepare-batch.ts';

/** Gives the new batch's id; it is durable then. Throws `invalid_input` (path `file` for the file), `limit_exceeded`, `not_found`. */
export async function createBatch(app: App, actor: Actor, input: NewBatch): Promise<string> {
  const prepared = await prepareBatch(app, actor, input);
  const id = randomUUID();
  const source = await storeSource(app, id, input, prepared);
  await fault('create-after-source');
  try {
    await storeOnceJudged(app, actor, input, { id, ...prepared, ...source });
  } catch (error) {
    // A connection lost during COMMIT leaves open whether the batch is there; then its source may be needed.
    const unknown = error instanceof ChanceryError && error.details.commit === 'unknown';
    if (!unknown) await app.blobs.delete(sourceKey(id)).catch(() => {});
    throw error;
  }
  await fault('create-after-commit');
  return id;
}

interface StoredSource {
  plan: ColumnPlan;
  blocks: SourceBlock[];
}

async function storeSource(app: App, id: string, input: NewBatch, prepared: PreparedBatch): Promise<StoredSource> {
  const { plan, bytes, blocks, close } = await openSource(input.source, prepared);
  try {
    await app.blobs.put(sourceKey(id), bytes);
    return { plan, blocks };
  } finally {
    await close();
  }
}

interface ReadBatch extends PreparedBatch, StoredSource {
  id: string;
}

/** Looking for duplicates again each time somebody else's batch came first; past this many, the client is told to come again. */
const attempts = 20;

async function storeOnceJudged(app: App, actor: Actor, input: NewBatch, read: ReadBatch): Promise<void> {
  const { organizationId } = actor;
  const { id, template, plan, blocks, signatories, maxRows } = read;
  const mode = input.duplicates ?? 'allow';
  const draft = { template, columnPlan: plan, signatories, maxRows, test: actor.test };
  const file = { key: sourceKey(id), blocks };
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const found =
      mode === 'allow' ? undefined : await findDuplicates(app, organizationId, template.id, draft, file, mode);
    if (await store(app, actor, input, read, found)) return;
  }
  throw new ChanceryError('conflict', 'too many other batches of this template come in at the same time; try again');
}

/** False, and nothing is stored, when batches came in that were not looked at for duplicates. */
async function store(
  app: App,
  actor: Actor,
  { name, channels, hidden }: NewBatch,
  { id, template, signatories, plan, blocks }: ReadBatch,
  found: FoundDuplicates | undefined,
): Promise<boolean> {
  const { organizationId } = actor;
  const stale = Symbol('stale');
  const stored = app.db.organization(organizationId, async (tx) => {
    const batch = { id, name, kind: 'template', template, signatories, channels, hidden, plan, blocks } as const;
    const facts = await decideBatch(app, tx, actor, batch);
    if (found && (await areStale(tx, organizationId, template.id, found))) throw stale;
    await storeBatch(app, tx, actor, facts, blocks, found?.rows);
    await settleClaim(app, tx, actor, id);
    await fault('create-before-commit');
    return true;
  });
  return stored.catch((error: unknown) => {
    if (error === stale) return false;
    throw error;
  });
}
