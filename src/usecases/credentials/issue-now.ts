/** One recipient, issued while the caller waits: what the belt does with a chunk, without its queue, stored in one transaction. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import type { BatchFacts } from '../../db/batches.ts';
import { singlePackKey } from '../../domain/document.ts';
import type { Issue } from '../../domain/issue.ts';
import type { RawRow } from '../../domain/item.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import type { Template } from '../../domain/template.ts';
import { ChanceryError } from '../../errors.ts';
import { fault } from '../../fault.ts';
import type { ColumnPlan } from '../../ingest/columns.ts';
import { rowBlock, type SourceBlock } from '../../ingest/source.ts';
import { type LoadedSpec, termsOf } from '../../pipeline/batch-spec.ts';
import { storePrefix } from '../../pipeline/produce-chunk.ts';
import type { IssuedOne } from '../../pipeline/produce-thread.ts';
import { batchFacts } from '../batches/store-batch.ts';
import { type Current, currentProgram, readCurrent } from './read-current.ts';
import { type Changed, type IssuedNow, type OnlyRow, storeIssued } from './store-issued.ts';
import { takePosition } from './take-position.ts';

export interface IssueRequest {
  templateId: string;
  /** Which cell is what; asked once the template is known. */
  planFor(template: Template): ColumnPlan;
  /** The recipient's cells by that plan. */
  rowFor(plan: ColumnPlan): RawRow | Promise<RawRow>;
  /** Of the batch that the certificate is; default: the template's. */
  name?: string;
}

/** `refused`: what is wrong with the row, which is stored nowhere and costs nothing. `needsApproval`: nothing was done, people must approve first. */
export type IssueOutcome = { issued: IssuedNow } | { refused: Issue[] } | { needsApproval: true };

/** Tries once more each time a signatory's picture was changed in the same instant. */
const attempts = 3;

/**
 * When it gives `issued`, the certificate is durable and its mail on the way; only then the actor's claim is settled, with that outcome.
 * Throws `not_found` for the template, `limit_exceeded` without credits, `invalid_input` where the template's signatories cannot sign.
 */
export async function issueNow(app: App, actor: Actor, request: IssueRequest): Promise<IssueOutcome> {
  requirePermission(actor, 'batches:create');
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const outcome = await issueOnce(app, actor, request);
    if (!('changed' in outcome)) return outcome;
  }
  throw new ChanceryError('conflict', 'the template’s signatories are being changed; try again');
}

async function issueOnce(app: App, actor: Actor, request: IssueRequest): Promise<IssueOutcome | Changed> {
  const current = await readCurrent(app, actor, request.templateId);
  if (current.signatories.some(({ autoApprove }) => !autoApprove)) return { needsApproval: true };
  // Looked at before anything is made; the transaction that stores decides.
  if (current.available < 1 && !actor.test)
    throw new ChanceryError('limit_exceeded', 'not enough credits', {
      details: { limit: 'credits', needed: 1, available: current.available },
    });
  const program = await currentProgram(app, current).catch(changedPicture);
  if ('changed' in program) return program;
  const plan = request.planFor(program.spec.template);
  const raw = await request.rowFor(plan);
  const source = rowBlock(raw);
  const facts = await decide(app, actor, current, { plan, name: request.name });
  await fault('issue-after-decision');
  const terms = termsOf(facts, { ...current.organization, referenceSecret: current.referenceSecret });
  const made = await app.threads.issueOne({ program, terms }, raw);
  if ('issues' in made) return { refused: made.issues };
  await fault('issue-after-fill');
  const loaded: LoadedSpec = {
    program,
    terms,
    key: `${facts.id}/0`,
    spec: { ...program.spec, ...terms },
    sender: current.sender,
    sourceKey: facts.sourceKey,
    channels: facts.channels,
    needsApproval: false,
  };
  return store(app, actor, { facts, loaded, made, source, current });
}

/** A picture that was changed before it could be read is another one on the next attempt. Throws everything else on. */
function changedPicture(error: unknown): Changed {
  if (error instanceof ChanceryError && error.details.picture !== undefined) return { changed: true };
  throw error;
}

/** All that is not in the row, as when a batch is handed in. */
async function decide(
  app: App,
  actor: Actor,
  { template, credentialKey, sealKeyId, signatories }: Current,
  { plan, name = template.name }: { plan: ColumnPlan; name: string | undefined },
): Promise<BatchFacts> {
  const { reference, statusList } = await takePosition(app, actor);
  const id = randomUUID();
  const blocks: SourceBlock[] = [{ offset: 0, length: 0, firstSeq: 0, count: 1 }];
  return batchFacts(
    app,
    actor,
    { id, name, kind: 'template', template, signatories, plan, blocks, sourceKey: singlePackKey(id) },
    { credentialKey, sealKeyId, statusLists: [statusList], firstReference: reference },
  );
}

interface Made {
  facts: BatchFacts;
  loaded: LoadedSpec;
  made: Exclude<IssuedOne, { issues: Issue[] }>;
  source: Buffer;
  current: Current;
}

/** One object with the document and the row behind it, and one transaction with everything that points at it, which waits for the object before it pays and commits. */
async function store(app: App, actor: Actor, { facts, loaded, made, source, current }: Made) {
  const { tail } = made.document;
  const pack = Buffer.concat([tail, source]);
  await storePrefix(app, loaded, made.prefixHash);
  const kept = app.blobs.put(facts.sourceKey, pack).then(() => fault('issue-after-pack'));
  // The transaction hears of it; here it is only waited for.
  const settled = kept.catch(() => {});
  const undo = () => settled.then(() => app.blobs.delete(facts.sourceKey)).catch(() => {});
  const row: OnlyRow = {
    facts,
    loaded,
    made,
    kept,
    packBytes: pack.length,
    block: { offset: tail.length, length: source.length, firstSeq: 0, count: 1 },
    pictures: current.pictures,
  };
  let outcome: { issued: IssuedNow } | Changed;
  try {
    outcome = await storeIssued(app, actor, row);
  } catch (error) {
    // A connection lost during COMMIT leaves open whether the certificate is there; then its bytes may be needed.
    const unknown = error instanceof ChanceryError && error.details.commit === 'unknown';
    if (!unknown) await undo();
    throw error;
  }
  if ('changed' in outcome) await undo();
  else await fault('issue-after-commit');
  return outcome;
}
