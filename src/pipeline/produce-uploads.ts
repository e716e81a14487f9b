/** Produces a chunk of uploaded certificates: one file in memory at a time, and in the pack only what is appended to each. */

import { createHash } from 'node:crypto';
import type { App } from '../app.ts';
import type { AcceptedItem } from '../db/items.ts';
import { readVaultFiles, type VaultFileRow } from '../db/vault-files.ts';
import { prefixKey } from '../domain/document.ts';
import type { Issue } from '../domain/issue.ts';
import { ChanceryError } from '../errors.ts';
import type { LoadedSpec } from './batch-spec.ts';
import type { Produced } from './produce-thread.ts';

/** As `produceItems`; a file that is gone from the store or damaged there fails alone, and can be retried once it is back. */
export async function produceUploads(app: App, loaded: LoadedSpec, items: AcceptedItem[]): Promise<Produced> {
  const { organization, batchId } = loaded.spec;
  const files = await app.db.organization(organization.id, (tx) =>
    readVaultFiles(
      tx,
      organization.id,
      batchId,
      items.map(({ seq }) => seq),
    ),
  );
  const tails: Uint8Array[] = [];
  const issued: object[] = [];
  const failed: { seq: number; issues: Issue[] }[] = [];
  let at = 0;
  for (const item of items) {
    const file = files.get(item.seq);
    const base = file && (await readBase(app, file));
    if (!file || !base) {
      failed.push({ seq: item.seq, issues: [lost] });
      continue;
    }
    const made = await app.threads.produceUpload(loaded, item, base, file.plan);
    if ('failed' in made) {
      failed.push({ seq: item.seq, issues: made.failed });
      continue;
    }
    const { tail, sha256, attachmentOffset, attachmentLength } = made.document;
    const place = {
      seq: item.seq,
      at,
      length: tail.length,
      jsonAt: at + attachmentOffset,
      jsonLength: attachmentLength,
    };
    issued.push({ ...place, sha: sha256, prefix: file.id });
    tails.push(tail);
    at += tail.length;
  }
  return {
    pack: new Uint8Array(Buffer.concat(tails)),
    prefixHash: '',
    issued: JSON.stringify(issued),
    failed: JSON.stringify(failed),
  };
}

const lost: Issue = {
  path: 'certificate_file',
  code: 'produce_failed',
  params: { reason: 'the uploaded file is missing from the store or was changed there' },
};

async function readBase(app: App, file: VaultFileRow): Promise<Buffer | undefined> {
  try {
    const base = await app.blobs.get(prefixKey(file.id));
    return createHash('sha256').update(base).digest().equals(file.baseSha256) ? base : undefined;
  } catch (error) {
    if (error instanceof ChanceryError && error.code === 'not_found') return undefined;
    throw error;
  }
}
