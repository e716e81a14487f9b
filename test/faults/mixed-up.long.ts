/** Failures that other systems are known for, by the names of their reports: what belongs to one person found at another, names one row too far down. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import test, { after } from 'node:test';
import { parse } from 'csv-parse/sync';
import { readMail } from '../../src/deliver/email/read-mail.ts';
import { textByPdfium } from '../../src/pdf/page.test-support.ts';
import { exportFailedRows } from '../../src/usecases/batches/failed-rows.ts';
import { readCredential, readDocument } from '../../src/usecases/documents/read-document.ts';
import { getItem } from '../../src/usecases/items/get-item.ts';
import { canariesIn, canary } from '../support/canaries.ts';
import { csv } from '../support/csv-text.ts';
import { assertInvariants } from '../support/invariants.ts';
import { MailGap } from '../support/mail-gap.ts';
import { openTestApp, type Tenant, type TestApp } from '../support/open-test-app.ts';
import { passTimeOften } from '../support/pass-time.ts';
import { header, overflowingName, sampleTemplate } from '../support/sample-template.ts';
import { printedSeed, seeded } from '../support/seeded.ts';
import { openSmtpSink } from '../support/smtp-sink.ts';
import { openTestHost } from '../support/test-host.ts';

const owned = new AsyncDisposableStack();
after(() => owned.disposeAsync());

/** Everything of a person has their word in it. */
const rowOf = (word: string): string[] => [`Ada ${word}`, `${word}@example.com`, `Course of ${word}`, '2026-03-01'];

test('T-LE-2016: a thousand recipients of two organizations, with a relay that cuts the line and a kill between: each mail and each PDF has one word in it, its own', async () => {
  const words = Array.from({ length: 1_000 }, (_, at) => canary(at));
  const belt = await openTestApp();
  for (const half of [words.slice(0, 500), words.slice(500)]) {
    const tenant = await belt.addTenant({ template: sampleTemplate({ attachPdf: true }) });
    await belt.createBatch(tenant, csv([header, ...half.map(rowOf)]));
  }
  const snapshot = owned.adopt(await belt.intoSnapshot(), (kept) => kept.end());
  await using sink = await openSmtpSink({ MAIL: ({ nth }) => (nth > 20 ? { cut: true } : undefined) });
  const environment = { SMTP_URL: sink.url, SMTP_CONNECTIONS: '4', THREADS: '2' };
  await using host = await openTestHost({ snapshot, environment });
  using _ = passTimeOften(host.place);
  const gap = new MailGap(sink, host.place);
  const first = host.start('serve');
  await first.ready;
  await sink.until(200, 240);
  await first.kill();
  await gap.noteDeath();
  await host.start('serve').ready;
  await sink.until(words.length, 240);
  await host.untilQuiet();
  gap.assertOnce(words.map((word) => `${word}@example.com`));
  const stored = await host.place.sql<{ email: string; sha: string; organization: string }>(
    `select email, encode(document_sha256, 'hex') as sha, organization_id as organization from item`,
  );
  const documentOf = new Map(stored.map(({ email, sha }) => [email, sha]));
  const seen = new Set<string>();
  for (const { recipient, text: raw } of sink.mails) {
    const word = recipient.split('@')[0] as string;
    // Dots at the beginning of a line are doubled on their way (RFC 5321 section 4.5.2).
    const mail = await readMail(Buffer.from(raw.replaceAll('\r\n..', '\r\n.'), 'latin1'));
    assert.equal(mail.attachments.length, 1, recipient);
    const pdf = Buffer.from(mail.attachments[0]?.content as Uint8Array);
    assert.equal(createHash('sha256').update(pdf).digest('hex'), documentOf.get(recipient), recipient);
    const parts = {
      head: `${mail.to} ${mail.subject}`,
      text: mail.text,
      html: mail.html ?? '',
      page: await textByPdfium(pdf),
      // The credential lies in it as it is.
      file: pdf.toString('latin1'),
    };
    for (const [part, said] of Object.entries(parts)) assert.deepEqual(canariesIn(said), [word], `${part} of ${word}`);
    assert.deepEqual(canariesIn(raw), [word], `the mail of ${word}`);
    seen.add(word);
  }
  assert.equal(seen.size, words.length);
  await host.assertInvariants();
});

interface Line {
  /** Its word, or that of nobody where it cannot be issued. */
  word: string;
  good: boolean;
  cells: string[];
}

/** What people do to a spreadsheet before they hand it in: rows deleted, edited, made faulty, repeated, with blank lines and line breaks in cells between them. */
function editSheet(random: () => number, count: number): { lines: Line[]; file: string } {
  const lines: Line[] = [];
  const text: string[] = [csv([header])];
  const chance = (share: number) => random() < share;
  const take = (line: Line) => {
    lines.push(line);
    text.push(csv([line.cells]));
  };
  for (let at = 0; at < count; at++) {
    // Deleted.
    if (chance(0.05)) continue;
    if (chance(0.05)) text.push(['\r\n', ',,,\r\n', '\r\n\r\n'][Math.floor(random() * 3)] as string);
    // Edited: somebody else stands there now.
    const word = canary(chance(0.1) ? at + 1_000_000 : at);
    const [name, email, course, day] = rowOf(word) as [string, string, string, string];
    if (chance(0.06)) {
      const faulty = [
        [name, 'no address', course, day],
        ['', email, course, day],
        [`${word} ${overflowingName}`, email, course, day],
        [name, email, '', day],
        [name, email, course, '2026-02-30'],
        [name, email],
        [name, email, course, day, 'one too many'],
      ];
      take({ word, good: false, cells: faulty[Math.floor(random() * faulty.length)] as string[] });
      continue;
    }
    const cells = [name, email, chance(0.1) ? `Course,\n"of"\n${word}` : course, chance(0.1) ? '' : day];
    take({ word, good: true, cells });
    if (chance(0.05)) take({ word, good: true, cells });
  }
  return { lines, file: text.join('') };
}

/** Each item against its line: outcome, name and address as stored, the page as a reader gives it back, the credential. */
async function assertInLine(belt: TestApp, tenant: Tenant, batch: string, lines: readonly Line[]): Promise<void> {
  const items = await belt.sql<{ id: string; seq: number; status: string; name: string; email: string }>(
    'select id, seq, status, name, email from item where batch_id = $1 order by seq',
    [batch],
  );
  const shown = items.map(({ seq, status, name, email }) => [seq, status, ...canariesIn(`${name} ${email}`)]);
  assert.deepEqual(
    shown,
    lines.map(({ word, good }, at) => [at, good ? 'issued' : 'failed', word]),
  );
  for (const [at, { id, status }] of items.entries()) {
    if (status !== 'issued') continue;
    const item = await getItem(belt.app, tenant.actor, id);
    const page = await textByPdfium(await readDocument(belt.app, item));
    const credential = await readCredential(belt.app, item);
    const { word } = lines[at] as Line;
    assert.deepEqual([canariesIn(page), canariesIn(credential)], [[word], [word]], `row ${at}`);
  }
}

test('T-ROWSHIFT: rows deleted, edited, faulty, repeated, left out and handed in again: each certificate is that of its row', async () => {
  const random = seeded(printedSeed());
  await using belt = await openTestApp();
  await belt.startBelt();
  const tenant = await belt.addTenant();
  const handIn = async (file: string, lines: readonly Line[], duplicates: 'allow' | 'skip' = 'allow') => {
    const id = await belt.createBatch(tenant, file, { channels: [], duplicates });
    const { total, failed } = await belt.waitForBatch(tenant, id);
    assert.deepEqual([total, failed], [lines.length, lines.filter(({ good }) => !good).length]);
    await assertInLine(belt, tenant, id, lines);
    return id;
  };
  // Three chunks.
  const { lines, file } = editSheet(random, 1_200);
  const faulty = lines.filter(({ good }) => !good);
  assert.ok(lines.length > 1_000 && faulty.length > 20);
  const first = await handIn(file, lines);

  const failedRows = await text(Readable.from(await exportFailedRows(belt.app, tenant.actor, first)));
  const records = parse(failedRows, { bom: true, relax_column_count: true, from: 2 }) as string[][];
  const corrected = records.map((cells) => rowOf(canariesIn(cells.join(' '))[0] as string));
  await handIn(
    csv([header, ...corrected]),
    faulty.map((line) => ({ ...line, good: true })),
  );

  // Those of before are left out where they stand; new ones between them keep their places.
  const known = lines.filter(({ good }) => good).slice(0, 300);
  const mixed = known.flatMap((line, at): Line[] => {
    const word = canary(2_000_000 + at);
    return [...(random() < 0.5 ? [{ ...line, good: false }] : []), { word, good: true, cells: rowOf(word) }];
  });
  await handIn(csv([header, ...mixed.map(({ cells }) => cells)]), mixed, 'skip');
  await assertInvariants(belt.database);
});
