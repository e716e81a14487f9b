/** One recipient, issued while the caller waits: as durable, verifiable and paid for as what the belt makes, or nothing at all. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { columnNames } from '../../src/api/wire.ts';
import type { ItemRow } from '../../src/db/items.ts';
import { prefixKey } from '../../src/domain/document.ts';
import { planColumns } from '../../src/ingest/columns.ts';
import { type IssueRequest, issueNow } from '../../src/usecases/credentials/issue-now.ts';
import type { IssuedNow } from '../../src/usecases/credentials/store-issued.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type Tenant } from '../support/open-test-app.ts';
import { goodRow, header, overflowingName } from '../support/sample-template.ts';
import { addSignedTenant, refusal } from '../support/signatories.ts';
import { requestFor } from '../support/issue-request.ts';

const belt = await openTestApp();
after(() => belt[Symbol.asyncDispose]());

test('first', async () => {
  const tenant = await belt.addTenant({ credits: 2 });
  const outcome = await issueNow(belt.app, tenant.actor, requestFor(tenant, goodRow(1)));
  console.log(outcome);
  await assertInvariants(belt.database);
  for (let i = 0; i < 1; i++) console.log(await issueNow(belt.app, tenant.actor, requestFor(tenant, goodRow(1))));
  await assertInvariants(belt.database);
});
