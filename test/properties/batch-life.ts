/** The life of a batch as a model: its jobs come in any order and any number of times, people approve, reject and cancel whenever they like, against PostgreSQL. */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Status } from '../../src/domain/lifecycle.ts';
import { stages } from '../../src/pipeline/index.ts';
import { approveBatch } from '../../src/usecases/approvals/approve.ts';
import { viewApproval } from '../../src/usecases/approvals/get-approval.ts';
import { rejectBatch } from '../../src/usecases/approvals/reject-batch.ts';
import { cancelBatch } from '../../src/usecases/batches/cancel-batch.ts';
import { getBatch } from '../../src/usecases/batches/get-batch.ts';
import { retryFailed } from '../../src/usecases/batches/retry-failed.ts';
import { revokeCredential } from '../../src/usecases/credentials/revoke-credential.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import type { TestApp } from '../support/open-test-app.ts';
import { goodRows, header } from '../support/sample-template.ts';
import type { SignedTenant } from '../support/signatories.ts';
import { cases } from './runs.ts';

type Job = 'accept' | 'produce' | 'reject' | 'cancel';

interface Model {
  good: number;
  bad: number;
  isSequential: boolean;
  status: Status<'batch'>;
  chunk: 'pending' | 'accepted' | 'delivered' | 'cancelled';
  /** By place; none before they are asked for. */
  approvals: Status<'approval'>[];
  items: Record<string, number>;
  balance: { available: number; reserved: number; spent: number };
  /** What the queue was told, and may run again at any time. */
  jobs: Set<Job>;
}

interface Real {
  belt: TestApp;
  tenant: SignedTenant;
  batchId: string;
  chunkId: string;
}

type Command = fc.AsyncCommand<Model, Real>;

const codeOf = (wanted: string) => (error: unknown) => (error as { code?: string }).code === wanted;

async function compare(model: Model, { belt, tenant, batchId }: Real): Promise<void> {
  const batch = await getBatch(belt.app, tenant.actor, batchId);
  const [kept] = await belt.sql<{ items: Record<string, number> | null; approvals: string[] | null; chunk: string }>(
    `select (select jsonb_object_agg(status, count) from (select status, count(*)::int as count from item where batch_id = $1 group by 1) s) as items,
       (select array_agg(status order by slot) from approval where batch_id = $1) as approvals,
       (select status from chunk where batch_id = $1) as chunk`,
    [batchId],
  );
  const items = Object.fromEntries(Object.entries(model.items).filter(([, count]) => count > 0));
  assert.deepEqual(
    { status: batch.status, chunk: kept?.chunk, items: kept?.items ?? {}, approvals: kept?.approvals ?? [] },
    { status: model.status, chunk: model.chunk, items, approvals: model.approvals },
  );
  assert.deepEqual(await belt.balance(tenant), model.balance);
}

function move(model: Model, from: string, to: string): number {
  const count = model.items[from] ?? 0;
  model.items[from] = 0;
  model.items[to] = (model.items[to] ?? 0) + count;
  return count;
}

function giveBack(model: Model, amount: number): void {
  model.balance.reserved -= amount;
  model.balance.available += amount;
}

const open = (model: Model) => {
  model.status = 'processing';
  model.jobs.add('produce');
};

/** What a job that comes now does, by the model. */
const effects: Record<Job, (model: Model) => void> = {
  accept(model) {
    if (model.chunk !== 'pending') return;
    if (model.status === 'cancelled') return callOff(model);
    model.chunk = 'accepted';
    model.items = { accepted: model.good, failed: model.bad };
    giveBack(model, model.bad);
    if (model.approvals.length === 0 && signatoriesOf(model) === 0) return open(model);
    model.status = 'waiting_for_approval';
    model.approvals = Array.from({ length: signatoriesOf(model) }, (_, at) =>
      at > 0 && model.isSequential ? 'waiting' : 'pending',
    );
  },
  produce(model) {
    if (model.chunk !== 'accepted') return;
    if (model.status === 'cancelled') return callOff(model);
    // There is nothing to deliver: the batches here have no channel.
    model.chunk = 'delivered';
    const issued = move(model, 'accepted', 'issued');
    model.balance.reserved -= issued;
    model.balance.spent += issued;
    model.status = model.bad === 0 ? 'completed' : 'partially_completed';
  },
  reject(model) {
    if (model.chunk !== 'accepted') return;
    model.chunk = 'cancelled';
    giveBack(model, move(model, 'accepted', 'failed'));
    model.status = 'failed';
  },
  cancel: (model) => callOff(model),
};

function callOff(model: Model): void {
  if (model.chunk !== 'pending' && model.chunk !== 'accepted') return;
  giveBack(model, model.chunk === 'pending' ? model.good + model.bad : move(model, 'accepted', 'cancelled'));
  model.chunk = 'cancelled';
}

const places = new WeakMap<Model, number>();
const signatoriesOf = (model: Model) => places.get(model) ?? 0;

const running = (job: Job): Command => ({
  check: ({ jobs }) => jobs.has(job),
  async run(model, real) {
    const { organizationId } = real.tenant;
    await stages[job]?.(
      real.belt.app,
      { stage: job, organizationId, chunkId: real.chunkId },
      new AbortController().signal,
    );
    effects[job](model);
    await compare(model, real);
  },
  toString: () => `run ${job}`,
});

const supersede = (model: Model) => {
  model.approvals = model.approvals.map((status) => (status === 'pending' || status === 'waiting' ? 'void' : status));
};

/** `twice`: in two windows at the same instant, of which one wins. */
const deciding = (verdict: 'approve' | 'reject', slot: number, twice: boolean): Command => ({
  check: ({ approvals }) => approvals.length >= slot,
  async run(model, real) {
    const { app } = real.belt;
    const signatory = real.tenant.signatories[slot - 1]?.actor as SignedTenant['actor'];
    const [row] = await real.belt.sql<{ id: string }>('select id from approval where batch_id = $1 and slot = $2', [
      real.batchId,
      slot,
    ]);
    const id = row?.id as string;
    const { hash } = await viewApproval(app, signatory, id);
    const act = () =>
      verdict === 'approve' ? approveBatch(app, signatory, id, hash) : rejectBatch(app, signatory, id, 'No', hash);
    const ends = await Promise.allSettled(twice ? [act(), act()] : [act()]);
    const allowed = model.status === 'waiting_for_approval' && model.approvals[slot - 1] === 'pending';
    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, allowed ? 1 : 0);
    for (const end of ends)
      if (end.status === 'rejected') assert.ok(codeOf('conflict')(end.reason), String(end.reason));
    if (allowed) decide(model, verdict, slot);
    await compare(model, real);
  },
  toString: () => `${verdict} at place ${slot}${twice ? ' twice at once' : ''}`,
});

function decide(model: Model, verdict: 'approve' | 'reject', slot: number): void {
  model.approvals[slot - 1] = verdict === 'approve' ? 'approved' : 'rejected';
  if (verdict === 'reject') {
    supersede(model);
    model.status = 'rejecting';
    model.jobs.add('reject');
  } else if (model.approvals.every((status) => status === 'approved')) open(model);
  else if (model.approvals[slot] === 'waiting') model.approvals[slot] = 'pending';
}

const cancellable: Status<'batch'>[] = ['pending', 'accepting', 'waiting_for_approval', 'processing'];
const cancelling: Command = {
  check: () => true,
  async run(model, real) {
    const cancel = () => cancelBatch(real.belt.app, real.tenant.actor, real.batchId);
    if (cancellable.includes(model.status)) {
      await cancel();
      model.status = 'cancelled';
      supersede(model);
      model.jobs.add('cancel');
    } else if (model.status === 'cancelled') await cancel();
    else await assert.rejects(cancel(), codeOf('illegal_transition'));
    await compare(model, real);
  },
  toString: () => 'cancel',
};

const revoking: Command = {
  check: ({ items }) => Object.keys(items).length > 0,
  async run(model, real) {
    const [item] = await real.belt.sql<{ id: string; status: string }>(
      'select id, status from item where batch_id = $1 order by seq limit 1',
      [real.batchId],
    );
    const revoke = () => revokeCredential(real.belt.app, real.tenant.actor, item?.id as string, 'because');
    if (item?.status === 'issued') {
      await revoke();
      model.items.issued = (model.items.issued ?? 0) - 1;
      model.items.revoked = (model.items.revoked ?? 0) + 1;
    } else if (item?.status === 'revoked') await revoke();
    else await assert.rejects(revoke(), codeOf('illegal_transition'));
    await compare(model, real);
  },
  toString: () => 'revoke the first',
};

const isFinal = (status: Status<'batch'>) =>
  ['completed', 'partially_completed', 'failed', 'cancelled'].includes(status);
/** Bad rows and rejected ones cannot be made, so it never changes anything here. */
const retrying: Command = {
  check: () => true,
  async run(model, real) {
    const retry = () => retryFailed(real.belt.app, real.tenant.actor, real.batchId);
    if (isFinal(model.status)) assert.equal((await retry()).retried, 0);
    else await assert.rejects(retry(), codeOf('illegal_transition'));
    await compare(model, real);
  },
  toString: () => 'retry',
};

const verdicts = fc.constantFrom<'approve' | 'reject'>('approve', 'approve', 'approve', 'reject');
const commands = [
  ...(['accept', 'accept', 'produce', 'produce', 'reject', 'cancel'] as const).map((job) => fc.constant(running(job))),
  ...[1, 2].map((slot) => fc.tuple(verdicts, fc.boolean()).map(([verdict, twice]) => deciding(verdict, slot, twice))),
  ...[cancelling, revoking, retrying].map((command) => fc.constant(command)),
];

/** `tenants` by how many people sign, and whether in order; each run takes one of them. */
export async function holdBatchLife(
  belt: TestApp,
  tenants: { tenant: SignedTenant; isSequential: boolean }[],
  runs: number,
  size: number,
) {
  const rows = fc.record({
    good: fc.integer({ min: 1, max: 3 }),
    bad: fc.integer({ min: 0, max: 2 }),
    of: fc.nat(tenants.length - 1),
  });
  await fc.assert(
    fc.asyncProperty(rows, fc.commands(commands, { maxCommands: size }), async ({ good, bad, of }, sequence) => {
      const { tenant, isSequential } = tenants[of] as (typeof tenants)[number];
      const before = await belt.balance(tenant);
      const badRows = Array.from({ length: bad }, (_, at) => ['', `bad${at}@example.com`, 'x', '']);
      const batchId = await belt.createBatch(tenant, csv([header, ...goodRows(good), ...badRows]), { channels: [] });
      const [chunk] = await belt.sql<{ id: string }>('select id from chunk where batch_id = $1', [batchId]);
      const reserved = { ...before, available: before.available - good - bad, reserved: before.reserved + good + bad };
      const model: Model = {
        ...{ good, bad, isSequential, status: 'pending', chunk: 'pending', approvals: [], items: {} },
        ...{ balance: reserved, jobs: new Set<Job>(['accept']) },
      };
      places.set(model, tenant.signatories.length);
      await fc.asyncModelRun(
        () => ({ model, real: { belt, tenant, batchId, chunkId: chunk?.id as string } }),
        sequence,
      );
    }),
    cases(runs),
  );
  await assertInvariants(belt.database);
}
