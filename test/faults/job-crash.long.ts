/** Ten thousand recipients in one call of UniCreda's door: one answer, one job that ends at SUCCESS with the right sums, and the same when the server is killed in the middle. */

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, snapshotWithClients } from '../support/hand-in.ts';
import { signatureHolds } from '../support/independent-verifier.ts';
import { assertInvariants } from '../support/invariants.ts';
import { readOutcome } from '../support/outcome.ts';
import { printedSeed, seeded } from '../support/seeded.ts';
import { openPlace, untilQuiet, untilSessionsEnd } from '../support/snapshot.ts';
import { startHost } from '../support/test-host.ts';

const random = seeded(printedSeed());
const { snapshot, clients } = await snapshotWithClients(1);
after(() => snapshot.end());
const client = clients[0] as Client;

const total = 10_000;
/** Every hundredth has no address, every fiftieth of the others is a member. */
const isBad = (row: number) => row % 100 === 0;
const isMember = (row: number) => row % 50 === 1;
const rows = Array.from({ length: total }, (_, at) => at + 1);
const failed = rows.filter(isBad).length;
const internal = rows.filter((row) => isMember(row) && !isBad(row)).length;

const body = JSON.stringify({
  template_id: client.templateId,
  recipients: rows.map((row) => ({
    email: isBad(row) ? `r${row}@nowhere` : `r${row}@example.com`,
    recipient_name: `Recipient ${row}`,
    Course: 'Engines',
  })),
});

interface Job {
  status: string;
  progress?: { current: number; total: number };
  result?: Record<string, number> & {
    errors: { row: number; email: string; error: string }[];
    credentials: { credential_id: string }[];
  };
}

const headers = { 'x-api-key': client.key, 'content-type': 'application/json' };

async function hand(url: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/credentials/issue`, { method: 'POST', headers, body });
  const answer = (await response.json()) as { mode: string; job_id: string; message: string };
  assert.deepEqual([response.status, answer.mode], [200, 'async']);
  assert.match(answer.message, /^Issuing 10000 credentials in background\./);
  return answer.job_id;
}

const look = async (url: string, id: string) =>
  (await (await fetch(`${url}/api/v1/jobs/${id}`, { headers })).json()) as Job;

/** Polls until so many rows are done, or the job is. */
async function follow(url: string, id: string, until = Number.POSITIVE_INFINITY): Promise<Job> {
  for (;;) {
    const job = await look(url, id);
    assert.match(job.status, /^(PENDING|STARTED|PROGRESS|SUCCESS)$/);
    if (job.status === 'SUCCESS' || (job.progress?.current ?? 0) >= until) return job;
    await sleep(250);
  }
}

function assertResult({ result }: Job): void {
  assert.ok(result);
  const { errors, credentials, ...sums } = result;
  assert.deepEqual(sums, {
    total,
    successful: total - failed,
    failed,
    emails_sent: total - failed,
    emails_failed: 0,
    internal_count: internal,
    external_count: total - failed - internal,
  });
  assert.deepEqual(
    errors.map(({ row }) => row),
    rows.filter(isBad),
  );
  assert.deepEqual(errors[0], { row: 100, email: 'r100@nowhere', error: 'Invalid email: r100@nowhere' });
  assert.equal(credentials.length, total - failed);
  assert.equal(new Set(credentials.map(({ credential_id }) => credential_id)).size, total - failed);
}

for (const kills of [0, 1])
  test(`10,000 recipients in one call, killed ${kills ? 'once' : 'never'}: every good row is issued and mailed, every bad one named`, async () => {
    await using place = await openPlace(snapshot);
    await place.sql(
      `insert into member (id, organization_id, first_name, last_name, email, email_key)
       select gen_random_uuid(), organization.id, 'A', 'Member', 'r' || n || '@example.com', 'r' || n || '@example.com'
       from organization, unnest($1::int[]) n`,
      [rows.filter(isMember)],
    );
    await using host = startHost('serve', place);
    let url = (await host.ready)?.url as string;
    const job = await hand(url);
    if (kills > 0) {
      await follow(url, job, Math.floor(random() * 8_000));
      await host.kill();
      await untilSessionsEnd(place);
    }
    await using second = kills > 0 ? startHost('serve', place) : undefined;
    if (second) url = (await second.ready)?.url as string;
    const done = await follow(url, job);
    assertResult(done);
    await untilQuiet(place);
    await assertInvariants(place.database, 'at the end');
    const { items, mails, doubles } = await readOutcome(place);
    assert.equal(items.length, total);
    assert.equal(mails.size, total - failed);
    // A mail may come twice only where the process died between sending it and noting that.
    assert.ok(doubles.size <= kills * 5, `${doubles.size} mails came twice`);
    for (const { credential_id: id } of (done.result?.credentials ?? []).filter((_, at) => at % 1_000 === 7)) {
      const text = await (await fetch(`${url}/credential/${id}/credential.json`)).text();
      assert.equal(JSON.parse(text).id, `urn:uuid:${id}`);
      if (kills === 0) assert.equal(await signatureHolds(text), true);
    }
  });
