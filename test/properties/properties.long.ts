/** The properties of properties.test.ts with many more random cases. SEED repeats a run, RUNS widens it. */

import test, { after } from 'node:test';
import { openTestApp } from '../support/open-test-app.ts';
import { addSignedTenant } from '../support/signatories.ts';
import { holdBatchLife } from './batch-life.ts';
import { holdCsv } from './csv.ts';
import { holdLedger } from './ledger.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());

test('what is written as CSV is read back the same, by two readers', () => holdCsv(5_000));
test('credits follow a model of three sums, whatever is moved and granted, also at the same instant', () =>
  holdLedger(belt, 100, 30));
test('a batch follows its model, whatever people decide and in whatever order its jobs come', async () => {
  // The invariants are those of a whole installation, and the credits above were moved for no batch.
  await using alone = await openTestApp();
  const tenants = [
    { tenant: await addSignedTenant(alone, []), isSequential: false },
    { tenant: await addSignedTenant(alone, [false, false]), isSequential: false },
    { tenant: await addSignedTenant(alone, [false, false], { approvalOrder: 'sequential' }), isSequential: true },
  ];
  await holdBatchLife(alone, tenants, 150, 25);
});
