/** Mail: one for each recipient and only theirs; a relay that defers, refuses or falls silent harms that one mail alone. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { Channel, Outcome } from '../../src/deliver/channel.ts';
import { readMail } from '../../src/deliver/email/read-mail.ts';
import { prefixKey } from '../../src/domain/document.ts';
import { wakeChannel } from '../../src/queue/open-queue.ts';
import { revokeCredential } from '../../src/usecases/credentials/revoke-credential.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { openTestApp, type TestApp } from '../support/open-test-app.ts';
import { rounds } from '../support/rounds.ts';
import { header, sampleTemplate } from '../support/sample-template.ts';

const many = rounds(10, 100);

test(`each of ${many} recipients gets one mail, and it holds nobody else’s name, address or certificate`, async () => {
  await using belt = await openTestApp();
  const tenant = await belt.addTenant({ template: sampleTemplate({ attachPdf: true }) });
  await belt.startBelt();
  const canaries = Array.from({ length: many }, () => `Canary${randomBytes(6).toString('hex')}`);
  const rows = canaries.map((canary) => [canary, `${canary}@example.com`.toLowerCase(), canary, '']);
  const id = await belt.createBatch(tenant, csv([header, ...rows]));
  const batch = await belt.waitForBatch(tenant, id);
  assert.deepEqual([batch.mails, batch.mailsSent, batch.mailsFailed], [many, many, 0]);
  const items = await belt.sql<{ id: string; name: string; reference: string }>(
    'select id, name, reference_id as reference from item where batch_id = $1',
    [id],
  );
  const mails = await belt.sql<{ message_id: string; recipient: string; raw: Buffer }>(
    'select message_id, recipient, raw from caught_mail',
  );
  assert.equal(new Set(mails.map(({ recipient }) => recipient)).size, many);
  assert.equal(new Set(mails.map(({ message_id }) => message_id)).size, many);
  for (const { recipient, raw, message_id } of mails) {
    const item = items.find(({ name }) => `${name}@example.com`.toLowerCase() === recipient);
    assert.ok(item);
    const mail = await readMail(raw);
    assert.equal(mail.messageId, message_id);
    assert.ok(message_id.startsWith(`<${item.id}.email.1@`));
    const said = [mail.subject, mail.to, mail.text, mail.html].join('\n');
    assert.deepEqual(
      [...new Set(said.match(/Canary[0-9a-f]{12}/gi)?.map((word) => word.toLowerCase()))],
      [item.name.toLowerCase()],
    );
    assert.deepEqual(
      mail.attachments.map(({ filename }) => filename),
      [`${item.reference}.pdf`],
    );
    const pdf = Buffer.from(mail.attachments[0]?.content as Uint8Array).toString('latin1');
    assert.ok(pdf.startsWith('%PDF-') && pdf.includes(item.id));
    assert.deepEqual(
      items.filter((other) => other.id !== item.id && (pdf.includes(other.id) || said.includes(other.id))),
      [],
    );
  }
  await assertInvariants(belt.database);
});

/** A relay that answers by the recipient's local part: the first time as it says, then it takes the mail. */
function moodyRelay(): { channel: Channel; heard: Map<string, string[]> } {
  const heard = new Map<string, string[]>();
  const moods: Record<string, Outcome> = {
    later: { status: 'deferred', reason: '451 4.7.1 greylisted' },
    refused: { status: 'failed', reason: '550 5.1.1 no such user', permanent: true },
    silent: { status: 'unknown', reason: 'no answer after the final dot' },
  };
  const channel: Channel = {
    name: 'email',
    async deliver({ to, messageId }) {
      const local = to.address.split('@')[0] as string;
      const before = heard.get(local) ?? [];
      heard.set(local, [...before, messageId]);
      return (before.length === 0 && moods[local]) || { status: 'sent', response: '250 2.0.0 taken' };
    },
    async close() {},
  };
  return { channel, heard };
}

const relay = moodyRelay();
const belt = await openTestApp({ overrides: { channels: { email: relay.channel } } });
after(() => belt[Symbol.asyncDispose]());

/** Lets the time pass until the next attempt. */
async function passTime({ sql }: TestApp): Promise<void> {
  await sql('update delivery set next_attempt_at = clock_timestamp() where next_attempt_at is not null');
  await sql(`update pgboss.job set start_after = clock_timestamp() where name = 'deliver' and state < 'active'`);
  await sql('select pg_notify($1, $2)', [wakeChannel, 'deliver']);
}

test('a deferred mail and one without an answer are sent again with the same Message-ID, a refused one fails alone', async () => {
  const tenant = await belt.addTenant();
  const people = ['ok1', 'later', 'refused', 'silent', 'ok2'];
  const rows = people.map((local) => [`Person ${local}`, `${local}@example.com`, 'Botany', '']);
  const stop = await belt.startBelt();
  const id = await belt.createBatch(tenant, csv([header, ...rows]));
  const states = async () =>
    Object.fromEntries(
      (
        await belt.sql<{ local: string; status: string; attempts: number; response: string }>(
          `select split_part(email, '@', 1) as local, delivery.status, attempts, response from delivery join item using (batch_id, seq) where batch_id = $1`,
          [id],
        )
      ).map(({ local, status, attempts, response }) => [local, `${status} ${attempts} ${response}`]),
    );
  for (let settled = false; !settled; ) {
    const now = await states();
    settled = Object.keys(now).length === 5 && !/null/.test(JSON.stringify(now));
  }
  const taken = 'sent 1 250 2.0.0 taken';
  assert.deepEqual(await states(), {
    ok1: taken,
    ok2: taken,
    later: 'deferred 1 451 4.7.1 greylisted',
    refused: 'failed 1 550 5.1.1 no such user',
    silent: 'unknown 1 no answer after the final dot',
  });
  // The job that will try again is in line before this one ends.
  await stop();
  await assertInvariants(belt.database, 'while mails are open');
  await passTime(belt);
  const stopLast = await belt.startBelt();
  const batch = await belt.waitForBatch(tenant, id);
  while (
    (await belt.sql(`select 1 from delivery where batch_id = $1 and status not in ('sent', 'failed')`, [id])).length > 0
  );
  assert.equal(batch.status, 'completed');
  const done = await states();
  assert.deepEqual([done.later, done.silent], ['sent 2 250 2.0.0 taken', 'sent 2 250 2.0.0 taken']);
  for (const local of ['later', 'silent']) assert.equal(new Set(relay.heard.get(local)).size, 1);
  assert.deepEqual(
    people.map((local) => relay.heard.get(local)?.length),
    [1, 2, 1, 2, 1],
  );
  await stopLast();
  await assertInvariants(belt.database, 'at the end');
});

test('a mail that a dead process left between sending and its answer is sent again with the same Message-ID', async () => {
  const tenant = await belt.addTenant();
  const rows = ['dead1', 'dead2'].map((local) => [`Person ${local}`, `${local}@example.com`, 'Botany', '']);
  const stop = await belt.startBelt({ slots: { deliver: 0 } });
  const id = await belt.createBatch(tenant, csv([header, ...rows]));
  while ((await belt.sql(`select 1 from pgboss.job where data->'part'->>'batchId' = $1`, [id])).length === 0);
  // A process claimed both, the relay took the first, and nobody was there for its answer.
  const [first] = await belt.sql<{ message_id: string }>(
    `update delivery set status = 'sending', attempts = 1, run = gen_random_uuid() where batch_id = $1 returning message_id`,
    [id],
  );
  relay.heard.set('dead1', [first?.message_id as string]);
  await stop();
  const stopLast = await belt.startBelt();
  const batch = await belt.waitForBatch(tenant, id);
  assert.equal(batch.mailsSent, 2);
  assert.equal(relay.heard.get('dead1')?.length, 2);
  assert.equal(new Set(relay.heard.get('dead1')).size, 1);
  assert.equal(relay.heard.get('dead2')?.length, 1);
  await stopLast();
  await assertInvariants(belt.database);
});

test('a mail whose document cannot be read now waits like one that was deferred, and goes out once it can', async () => {
  const tenant = await belt.addTenant({ template: sampleTemplate({ attachPdf: true }) });
  const stop = await belt.startBelt({ slots: { deliver: 0 } });
  const id = await belt.createBatch(tenant, csv([header, ['Person Late', 'late@example.com', 'Botany', '']]));
  while ((await belt.sql('select 1 from delivery where batch_id = $1', [id])).length === 0);
  const [item] = await belt.sql<{ hash: string }>('select prefix_hash as hash from item where batch_id = $1', [id]);
  const path = join(belt.dataDirectory, 'blobs', prefixKey(item?.hash as string));
  await rename(path, `${path}.away`);
  await stop();
  const stopAgain = await belt.startBelt();
  const status = async () =>
    (await belt.sql<{ status: string }>('select status from delivery where batch_id = $1', [id]))[0]?.status;
  while ((await status()) !== 'deferred');
  await stopAgain();
  assert.equal(relay.heard.get('late'), undefined);
  await rename(`${path}.away`, path);
  await passTime(belt);
  const stopLast = await belt.startBelt();
  const batch = await belt.waitForBatch(tenant, id);
  assert.equal(batch.mailsSent, 1);
  assert.equal(relay.heard.get('late')?.length, 1);
  await stopLast();
  await assertInvariants(belt.database);
});

test('F25: whoever’s certificate was revoked before the mail left gets no mail', async () => {
  await using belt = await openTestApp();
  const tenant = await belt.addTenant();
  const stop = await belt.startBelt({ slots: { deliver: 0 } });
  const id = await belt.createBatch(
    tenant,
    csv([header, ['Ada', 'ada@example.com', 'A', ''], ['Bob', 'bob@example.com', 'B', '']]),
  );
  for (;;) {
    const [batch] = await belt.sql<{ completed_at: Date | null }>('select completed_at from batch where id = $1', [id]);
    if (batch?.completed_at) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await stop();
  const [ada] = await belt.sql<{ id: string }>(`select id from item where batch_id = $1 and name = 'Ada'`, [id]);
  await revokeCredential(belt.app, tenant.actor, ada?.id as string, 'issued by mistake');
  await belt.startBelt();
  const batch = await belt.waitForBatch(tenant, id);
  assert.deepEqual([batch.mails, batch.mailsSent, batch.mailsFailed], [2, 1, 1]);
  const mails = await belt.sql<{ recipient: string }>('select recipient from caught_mail');
  assert.deepEqual(mails, [{ recipient: 'bob@example.com' }]);
  await assertInvariants(belt.database);
});
