/** Milliseconds that one row as a batch of its own takes a thread whose programs are compiled: given the batch's facts, accepted, its credential signed and its document sealed. */

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { dateCredential } from '../src/credential/date-credential.ts';
import type { ColumnPlan } from '../src/ingest/columns.ts';
import { compileRowSchema } from '../src/ingest/row-schema.ts';
import { datePage } from '../src/pdf/date-page.ts';
import { termsOf } from '../src/pipeline/batch-spec.ts';
import { openThreads } from '../src/pipeline/threads.ts';
import { csvHeader, emailOf, fieldsOf, parsedCertificate } from './design-certificate.ts';
import { nameOf } from './names.ts';
import { compileBenchCredential, compileBenchPage, loadBenchProgram } from './programs.ts';
import { type Measured, type Round, runRound, summarize } from './rounds.ts';

export interface RowFigures {
  /** The thread's start and the compiling. */
  firstMilliseconds: number;
  /** To the thread and back; Latin names. */
  row: Measured;
  /** Of it, what a batch costs that its programs do not know yet. */
  dated: Measured;
  /** Once for each column plan. */
  schema: Measured;
}

const [name, email, ...fields] = csvHeader;
const plan: ColumnPlan = {
  header: csvHeader,
  targets: [{ to: 'name' }, { to: 'email' }, ...fields.map((field) => ({ to: 'field' as const, field }))],
  dateFormat: 'YYYY-MM-DD',
};

export async function measureRow(rounds: number): Promise<RowFigures> {
  assert.ok(name && email);
  const threads = openThreads(1);
  const program = await loadBenchProgram();
  const list = { id: randomUUID(), secret: randomBytes(16).toString('base64'), count: 1 };
  const one = async (at: number) => {
    const facts = { id: randomUUID(), kind: 'template', createdAt: new Date(), columnPlan: plan } as const;
    const places = { firstReference: at, statusLists: [{ ...list, firstPosition: at }], seed: randomBytes(32) };
    const referenceSecret = randomBytes(32);
    const terms = termsOf({ ...facts, ...places }, { referencePrefix: 'VEC-IC', referenceSecret });
    const cells = [nameOf('latin', at), emailOf(at), ...Object.values(fieldsOf(at)).map(String)];
    const made = await threads.issueOne({ program, terms }, { row: 1, cells });
    assert.ok('document' in made, JSON.stringify(made));
  };
  const start = performance.now();
  await one(0);
  const firstMilliseconds = performance.now() - start;
  const measure = async (operations: number, work: (at: number) => unknown) => {
    const taken: Round[] = [];
    await runRound(operations, work);
    for (let round = 0; round < rounds; round++) taken.push(await runRound(operations, work));
    return summarize(taken);
  };
  const row = await measure(1_000, one);
  await threads.close();
  const credential = await compileBenchCredential();
  const { page } = await compileBenchPage();
  const template = parsedCertificate();
  const dated = await measure(2_000, (at) => {
    const created = new Date(1_700_000_000_000 + at * 1_000).toISOString();
    dateCredential(credential, `${created.slice(0, 19)}Z`);
    datePage(page, created);
  });
  return { firstMilliseconds, row, dated, schema: await measure(2_000, () => compileRowSchema(template, plan)) };
}
