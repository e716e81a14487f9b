/** The properties of properties.test.ts with many more random cases. SEED repeats a run, RUNS widens it. */

import test, { after } from 'node:test';
import { openTestApp } from '../support/open-test-app.ts';
import { holdCsv } from './csv.ts';
import { holdLedger } from './ledger.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());

test('what is written as CSV is read back the same, by two readers', () => holdCsv(5_000));
test('credits follow a model of three sums, whatever is moved and granted, also at the same instant', () =>
  holdLedger(belt, 100, 30));
