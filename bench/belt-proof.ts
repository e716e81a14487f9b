/** Proof that a measured batch is real: all issued, and documents out of it hold to the last byte. */

import assert from 'node:assert/strict';
import type { App } from '../src/app.ts';
import { publicKeyFromMultibase, publicKeyMultibaseOf } from '../src/credential/keys.ts';
import { verifyCredential } from '../src/credential/verify-credential.ts';
import type { ItemRow } from '../src/db/items.ts';
import type { Actor } from '../src/domain/permissions.ts';
import { extractAttachment } from '../src/pdf/extract-attachment.ts';
import { verifySeal } from '../src/pdf/verify-seal.ts';
import { readDocument } from '../src/usecases/documents/read-document.ts';
import { listItems } from '../src/usecases/items/list-items.ts';
import { readDidDocument } from '../src/usecases/organizations/did-document.ts';

interface Method {
  id: string;
  publicKeyMultibase: string;
}

/** Throws when one of `count` documents, spread over the batch, is not sealed, signed and complete. Gives how many were checked. */
export async function proveSample(app: App, actor: Actor, batchId: string, rows: number, count = 20): Promise<number> {
  const did = await readDidDocument(app, actor.organizationId);
  const methods = did.verificationMethod as Method[];
  const keyOf = (id: string) => {
    const found = methods.find((method) => method.id === id);
    return found && publicKeyFromMultibase(found.publicKeyMultibase);
  };
  const wanted = Math.min(count, rows);
  for (let at = 0; at < wanted; at++) {
    const offset = Math.floor((at * rows) / wanted);
    const { items } = await listItems(app, actor, { batchId, limit: 1, offset });
    await proveOne(app, items[0] as ItemRow, keyOf, methods);
  }
  return wanted;
}

async function proveOne(
  app: App,
  item: ItemRow,
  keyOf: (id: string) => Uint8Array | undefined,
  methods: readonly Method[],
): Promise<void> {
  const pdf = await readDocument(app, item);
  const seal = verifySeal(pdf);
  assert.ok(seal.unchanged && seal.publicKey, seal.reason);
  const sealer = publicKeyMultibaseOf(seal.publicKey);
  assert.ok(methods.some((method) => method.publicKeyMultibase === sealer));
  const attachment = await extractAttachment(pdf, 'credential.json');
  const report = await verifyCredential(Buffer.from(attachment?.data ?? []).toString(), keyOf, new Date());
  assert.equal(report.verdict, 'unchanged', report.reasons.join(', '));
  assert.ok(JSON.stringify(report.credential).includes(JSON.stringify(item.name)));
}
