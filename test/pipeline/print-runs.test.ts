/** A planned print run becomes files and goes to its carrier once; what goes wrong on the way costs nobody anything and is never sent twice. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import type { Carrier, Found, Submission } from '../../src/deliver/print/carrier.ts';
import { composePrintRun } from '../../src/pipeline/compose-run.ts';
import { postPrintRun } from '../../src/pipeline/post-run.ts';
import { settlePrintRun } from '../../src/usecases/print-runs/settle-print-run.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { plantRun, price, readRun, waitForRun } from '../support/print-run.ts';
import { longTest } from '../support/rounds.ts';

/** A carrier that does as it is told, and remembers what it was given. */
function obedient(answers: { submit?: Submission[]; find?: Found[]; cancel?: boolean } = {}) {
  const given: string[] = [];
  const asked: (string | null)[] = [];
  const carrier: Carrier = {
    name: 'test',
    reports: false,
    quote: async () => ({ status: 'possible', name: 'test' }),
    async submit(run, begun) {
      await begun(`ref-${run.id}`);
      given.push(run.id);
      return answers.submit?.shift() ?? { status: 'submitted', reference: `ref-${run.id}`, response: 'taken' };
    },
    async find(_, reference) {
      asked.push(reference);
      return answers.find?.shift() ?? { status: 'unsure', reason: 'no idea' };
    },
    status: async () => 'unknown',
    cancel: async () => answers.cancel ?? false,
    close: async () => {},
  };
  return { carrier, given, asked };
}

test('a run is written to its folder whole: PDF, manifests, sums; its pieces are printed, its credits spent, the mailing completed', async () => {
  await using belt = await openTestApp();
  const tenant = await belt.addTenant({ credits: 1_000 });
  const run = await plantRun(belt, tenant, { pieces: 3 });
  await belt.startBelt();
  const facts = await waitForRun(belt, run, ({ status }) => status === 'submitted');
  assert.deepEqual(facts.pieces, { printed: 3 });
  assert.equal(facts.job, 'in_production');
  assert.equal(facts.mailing, 'completed');
  assert.deepEqual(await belt.balance(tenant), { available: 1_000 - 3 * price, reserved: 0, spent: 3 * price });
  const root = join(belt.dataDirectory, 'print');
  const folders = (await readdir(root)).filter((name) => !name.startsWith('.'));
  assert.deepEqual(folders, [facts.reference]);
  const folder = join(root, folders[0] as string);
  assert.deepEqual((await readdir(folder)).sort(), ['complete.json', 'manifest.csv', 'manifest.xml', 'run.pdf']);
  const complete = JSON.parse(await readFile(join(folder, 'complete.json'), 'utf8'));
  for (const { name, bytes, sha256 } of complete.files) {
    const file = await readFile(join(folder, name));
    assert.equal(file.length, bytes);
    assert.equal(createHash('sha256').update(file).digest('hex'), sha256);
  }
  const rows = parse(await readFile(join(folder, 'manifest.csv')), { columns: true }) as Record<string, string>[];
  assert.deepEqual(
    rows.map(({ sequence, pdfFirst, pdfLast, name, uniqueId, envelope, barcode }) =>
      [sequence, pdfFirst, pdfLast, name, uniqueId, envelope, barcode].join('|'),
    ),
    [1, 2, 3].map(
      (n) => `${n}|${4 * n - 3}|${4 * n}|Canary ${n}|key-${n}|#10 Double Window|0004000000000000000${n}48502`,
    ),
  );
  assert.equal(complete.pages, 12);
});

test('a run whose outcome is not known is asked for, and sent again only when the carrier certainly does not have it', async () => {
  await using belt = await openTestApp();
  const tenant = await belt.addTenant();
  const { carrier, given, asked } = obedient({
    submit: [{ status: 'unknown', reason: 'no answer' }],
    find: [
      { status: 'unreachable', reason: 'away' },
      { status: 'absent', reason: 'never came' },
    ],
  });
  belt.app.carriers.test = carrier;
  const run = await plantRun(belt, tenant, { carrier: 'test' });
  await belt.startBelt();
  await waitForRun(belt, run, ({ response }) => response === 'away');
  assert.equal((await readRun(belt, run)).mailing, 'printing');
  await belt.sql(`update print_run set next_attempt_at = clock_timestamp() where id = $1`, [run.id]);
  await belt.app.db.organization(tenant.organizationId, (tx) =>
    belt.app.queue.enqueue(tx, 'deliver', [{ stage: 'post', organizationId: tenant.organizationId, chunkId: run.id }]),
  );
  const facts = await waitForRun(belt, run, ({ status }) => status === 'submitted');
  assert.deepEqual(given, [run.id, run.id]);
  assert.deepEqual(asked, [`ref-${run.id}`, `ref-${run.id}`]);
  assert.equal(facts.attempts, 2);
});

longTest('a worker that stood still while another sent the run sends nothing when it moves again', async () => {
  await using belt = await openTestApp();
  const tenant = await belt.addTenant();
  const { carrier, given } = obedient({ find: [{ status: 'absent', reason: 'nothing came' }] });
  const { promise: moves, resolve: move } = Promise.withResolvers<void>();
  const { promise: stands, resolve: stand } = Promise.withResolvers<void>();
  let isFirst = true;
  belt.app.carriers.test = {
    ...carrier,
    async submit(run, begun) {
      if (!isFirst) return carrier.submit(run, begun);
      isFirst = false;
      stand();
      await moves;
      return carrier.submit(run, begun);
    },
  };
  const run = await plantRun(belt, tenant, { carrier: 'test' });
  const job = { organizationId: tenant.organizationId, chunkId: run.id };
  await composePrintRun(belt.app, { stage: 'compose', ...job });
  const frozen = postPrintRun(belt.app, { stage: 'post', ...job });
  await stands;
  await postPrintRun(belt.app, { stage: 'post', ...job });
  assert.equal((await readRun(belt, run)).status, 'submitted');
  move();
  await assert.rejects(frozen, { code: 'conflict' });
  assert.deepEqual(given, [run.id]);
  assert.deepEqual((await readRun(belt, run)).pieces, { printed: 3 });
});

test('T-SMS-UNKNOWN: where the carrier cannot tell, nothing is sent until a person has said so', async () => {
  await using belt = await openTestApp();
  const tenant = await belt.addTenant({ credits: 1_000 });
  const unknown: Submission = { status: 'unknown', reason: 'no answer' };
  const { carrier, given } = obedient({ submit: [unknown, unknown, unknown] });
  belt.app.carriers.test = carrier;
  const runs = [];
  for (let at = 0; at < 3; at++) runs.push(await plantRun(belt, tenant, { carrier: 'test', pieces: 1 }));
  await belt.startBelt();
  for (const run of runs) await waitForRun(belt, run, ({ response }) => response === 'no idea');
  const [has, hasNot, never] = runs as [(typeof runs)[0], (typeof runs)[0], (typeof runs)[0]];
  await assert.rejects(settlePrintRun(belt.app, tenant.actor, has.id, 'printed'), { code: 'illegal_transition' });
  await settlePrintRun(belt.app, tenant.actor, has.id, 'submitted');
  await settlePrintRun(belt.app, tenant.actor, hasNot.id, 'again');
  await settlePrintRun(belt.app, tenant.actor, never.id, 'cancelled');
  assert.deepEqual((await readRun(belt, has)).pieces, { printed: 1 });
  await waitForRun(belt, hasNot, ({ status }) => status === 'submitted');
  const end = await readRun(belt, never);
  assert.deepEqual(
    [end.status, end.pieces, end.job, end.mailing],
    ['cancelled', { cancelled: 1 }, 'failed', 'completed'],
  );
  assert.equal(given.filter((id) => id === has.id).length, 1);
  assert.equal(given.filter((id) => id === hasNot.id).length, 2);
  assert.deepEqual(await belt.balance(tenant), { available: 1_000 - 2 * price, reserved: 0, spent: 2 * price });
  // A submitted run is cancelled only where its carrier gives it back, and then its credits come back too.
  await assert.rejects(settlePrintRun(belt.app, tenant.actor, has.id, 'cancelled'), { code: 'illegal_transition' });
  carrier.cancel = async () => true;
  await settlePrintRun(belt.app, tenant.actor, has.id, 'cancelled');
  assert.deepEqual(await belt.balance(tenant), { available: 1_000 - price, reserved: 0, spent: price });
});

longTest('a document that cannot be composed fails its run alone, and costs nothing', async () => {
  await using belt = await openTestApp();
  const tenant = await belt.addTenant({ credits: 1_000 });
  const broken = await plantRun(belt, tenant, { document: Buffer.from('%PDF-1.7\nnothing') });
  const good = await plantRun(belt, tenant);
  await belt.startBelt();
  const facts = await waitForRun(belt, broken, ({ status }) => status === 'failed');
  assert.deepEqual([facts.pieces, facts.job, facts.mailing], [{ failed: 3 }, 'failed', 'completed']);
  await waitForRun(belt, good, ({ status }) => status === 'submitted');
  assert.deepEqual(await belt.balance(tenant), { available: 1_000 - 3 * price, reserved: 0, spent: 3 * price });
});

test('a run that killed its workers too often is given up', async () => {
  await using belt = await openTestApp({ environment: { CHUNK_DEATHS: '2' } });
  const tenant = await belt.addTenant();
  const run = await plantRun(belt, tenant);
  await belt.sql('update print_run set deaths = 2 where id = $1', [run.id]);
  await belt.startBelt();
  const facts = await waitForRun(belt, run, ({ status }) => status === 'failed');
  assert.match(facts.response ?? '', /stopped the program 2 times/);
});

longTest('a folder that was fetched is not written again, whatever the database has forgotten', async () => {
  await using belt = await openTestApp();
  const tenant = await belt.addTenant();
  const run = await plantRun(belt, tenant);
  await belt.startBelt();
  const { reference } = await waitForRun(belt, run, ({ status }) => status === 'submitted');
  const folder = join(belt.dataDirectory, 'print', reference as string);
  await rm(folder, { recursive: true });
  // As after a crash between the act and its result.
  await belt.sql(`update print_run set status = 'sending', run = gen_random_uuid() where id = $1`, [run.id]);
  await belt.sql(`update mail_piece set status = 'accepted' where run_id = $1`, [run.id]);
  await belt.sql(`update credit_balance set reserved = spent, spent = 0 where organization_id = $1`, [
    tenant.organizationId,
  ]);
  await belt.app.db.organization(tenant.organizationId, (tx) =>
    belt.app.queue.enqueue(tx, 'deliver', [{ stage: 'post', organizationId: tenant.organizationId, chunkId: run.id }]),
  );
  await waitForRun(belt, run, ({ status }) => status === 'submitted');
  await assert.rejects(readdir(folder), { code: 'ENOENT' });
});

longTest('with PRINT_DELAY_SECONDS a composed run waits, and can be cancelled meanwhile', async () => {
  await using belt = await openTestApp({ environment: { PRINT_DELAY_SECONDS: '600' } });
  const tenant = await belt.addTenant({ credits: 1_000 });
  const run = await plantRun(belt, tenant);
  await belt.startBelt();
  await waitForRun(belt, run, ({ status }) => status === 'composed');
  await settlePrintRun(belt.app, tenant.actor, run.id, 'cancelled');
  const facts = await readRun(belt, run);
  assert.deepEqual([facts.status, facts.pieces, facts.mailing], ['cancelled', { cancelled: 3 }, 'completed']);
  assert.deepEqual(await belt.balance(tenant), { available: 1_000, reserved: 0, spent: 0 });
});
