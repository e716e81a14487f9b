/** A hand-in that takes long: silence counts against whoever is to speak, and while a file is worked on that is the server. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTestServer } from './support/open-test-server.ts';
import { goodRow, header } from './support/sample-template.ts';

test('a hand-in that is worked on for longer than a silent connection lives is still answered', async () => {
  const silence = 300;
  await using doors = await openTestServer({ timeouts: { request: 10_000, headers: 5_000, silence, check: 100 } });
  const tenant = await doors.test.addTenant();
  const token = await doors.key(tenant);
  const { blobs } = doors.test.app;
  const { put } = blobs;
  blobs.put = async (key, data) => {
    await sleep(silence * 4);
    return put(key, data);
  };
  const form = new FormData();
  form.set('name', 'Slow');
  form.set('template_id', tenant.templateId);
  form.set('file', new Blob([`${header}\n${goodRow(1)}\n`]), 'people.csv');
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${doors.url}/chancery/v1/batches`, { method: 'POST', headers, body: form });
  assert.equal(answer.status, 201);
  assert.equal((await doors.test.sql('select 1 from batch')).length, 1);
});
