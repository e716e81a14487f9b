/** What became of every row and every mail of a database, as text that two runs can be compared by. Documents are read from the packs. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prefixKey } from '../../src/domain/document.ts';
import type { Place } from './snapshot.ts';

export interface Outcome {
  /** One line for each item: batch, row, status, reasons, hashes of document and credential. */
  items: string[];
  /** Message-ID to recipient and hash of the mail's bytes, for each mail that was sent. */
  mails: Map<string, string>;
  /** Message-IDs of mails that were sent more than once, with the number of copies beyond the first. */
  doubles: Map<string, number>;
}

interface StoredItem {
  batch: string;
  seq: number;
  status: string;
  issues: unknown;
  pack: string | null;
  prefix: string;
  at: number;
  length: number;
  jsonAt: number;
  jsonLength: number;
  sha: string;
}

const sha256 = (...parts: Uint8Array[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

/** Also proves that each stored document has the hash that was stored for it, and that all copies of a mail are the same bytes. */
export async function readOutcome(place: Pick<Place, 'sql' | 'dataDirectory'>): Promise<Outcome> {
  const stored = await place.sql<StoredItem>(
    `select batch_id as batch, seq, status, issues, pack_key as pack, prefix_hash as prefix, tail_offset as at, tail_length as length,
       credential_offset as "jsonAt", credential_length as "jsonLength", encode(document_sha256, 'hex') as sha from item order by batch_id, seq`,
  );
  const files = new Map<string, Promise<Buffer>>();
  const blob = (key: string) => {
    const file = files.get(key) ?? readFile(join(place.dataDirectory, 'blobs', key));
    files.set(key, file);
    return file;
  };
  const items: string[] = [];
  for (const item of stored) {
    const line = `${item.batch} ${item.seq} ${item.status}`;
    if (item.pack === null) {
      items.push(`${line} ${JSON.stringify(item.issues)}`);
      continue;
    }
    const pack = await blob(item.pack);
    assert.ok(pack.length >= item.at + item.length, `${item.pack} is short`);
    const document = sha256(await blob(prefixKey(item.prefix)), pack.subarray(item.at, item.at + item.length));
    assert.equal(document, item.sha, `the document of ${line}`);
    items.push(`${line} ${document} ${sha256(pack.subarray(item.jsonAt, item.jsonAt + item.jsonLength))}`);
  }
  return { items, ...(await readMails(place)) };
}

async function readMails({ sql }: Pick<Place, 'sql'>): Promise<Pick<Outcome, 'mails' | 'doubles'>> {
  const mails = new Map<string, string>();
  const doubles = new Map<string, number>();
  const caught = await sql<{ id: string; recipient: string; sha: string }>(
    `select message_id as id, recipient, encode(sha256(raw), 'hex') as sha from caught_mail`,
  );
  for (const { id, recipient, sha } of caught) {
    const known = mails.get(id);
    if (known) doubles.set(id, (doubles.get(id) ?? 0) + 1);
    assert.equal(known ?? `${recipient} ${sha}`, `${recipient} ${sha}`, `the copies of ${id} differ`);
    mails.set(id, `${recipient} ${sha}`);
  }
  return { mails, doubles };
}

/** Message-IDs whose mail went out while its result was not stored: the only ones that may be sent again. */
export async function readGap({ sql }: Pick<Place, 'sql'>): Promise<string[]> {
  const rows = await sql<{ id: string }>(
    `select message_id as id from delivery where status = 'sending' and exists (select 1 from caught_mail where caught_mail.message_id = delivery.message_id)`,
  );
  return rows.map(({ id }) => id);
}
