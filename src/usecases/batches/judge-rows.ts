/** Judges the rows of a batch as accepting them will, block by block, and finds those that repeat another; nothing is stored. */

import type { App } from '../../app.ts';
import { findRepeated, newestBatchNumber, pendingChunks } from '../../db/duplicates.ts';
import type { NewItem } from '../../pipeline/accept-row.ts';
import { loadBatchSpec, type ThreadBatch } from '../../pipeline/batch-spec.ts';
import { contentOf, openRowTable } from './row-table.ts';

export interface Block {
  bytes: Uint8Array;
  firstSeq: number;
}

export interface JudgedRow extends NewItem {
  /** What this row repeats: `row 7`, or the reference id of a certificate issued or under way. */
  repeats?: string;
}

/** Rows in order, a block at a time. Only rows that would be issued repeat others or are repeated. */
export async function* judgeRows(
  app: App,
  organizationId: string,
  templateId: string,
  loaded: ThreadBatch,
  blocks: AsyncIterable<Block>,
): AsyncGenerator<JudgedRow[]> {
  const test = loaded.program.spec.specimen;
  const elsewhere = await readRowsUnderWay(app, organizationId, templateId, test);
  const here = openRowTable();
  for await (const rows of acceptBlocks(app, loaded, blocks)) {
    const good = rows.filter(({ status }) => status === 'accepted');
    const asked = JSON.stringify(good.map(({ seq, name, email, fields }) => ({ seq, name, email, fields })));
    const issued = await app.db.organization(organizationId, (tx) =>
      findRepeated(tx, organizationId, templateId, test, asked),
    );
    const references = new Map(issued.map(({ seq, reference }) => [seq, reference]));
    for (const row of good) {
      const content = contentOf(row);
      const earlier = here.put(content, row.row);
      row.repeats = earlier === undefined ? (references.get(row.seq) ?? elsewhere(content)) : `row ${earlier}`;
    }
    yield rows;
  }
}

/** The newest batch of the template before the judging begins: what comes after it was not looked at. */
export function judgedUpTo(app: App, organizationId: string, templateId: string): Promise<number> {
  return app.db.organization(organizationId, (tx) => newestBatchNumber(tx, organizationId, templateId));
}

/** As many blocks at once as there are threads; in order. */
async function* acceptBlocks(app: App, loaded: ThreadBatch, blocks: AsyncIterable<Block>): AsyncGenerator<JudgedRow[]> {
  const underWay: Promise<JudgedRow[]>[] = [];
  for await (const { bytes, firstSeq } of blocks) {
    const rows = app.threads.acceptRows(loaded, bytes, firstSeq).then(({ json }) => JSON.parse(json) as JudgedRow[]);
    // Whoever stops reading at one fault does not want to hear of the next.
    rows.catch(() => {});
    underWay.push(rows);
    if (underWay.length >= app.config.THREADS) yield await (underWay.shift() as Promise<JudgedRow[]>);
  }
  for (const rows of underWay) yield await rows;
}

/** Reference ids, by content, of rows handed in for the template that are no items yet. */
async function readRowsUnderWay(app: App, organizationId: string, templateId: string, test: boolean) {
  const table = openRowTable();
  const references: string[] = [];
  const chunks = await app.db.organization(organizationId, (tx) => pendingChunks(tx, organizationId, templateId, test));
  for (const chunk of chunks) {
    const loaded = await loadBatchSpec(app, chunk);
    const range = { offset: chunk.sourceOffset, length: chunk.sourceLength };
    const block = await app.blobs.get(loaded.sourceKey, range);
    const { json } = await app.threads.acceptRows(loaded, block, chunk.firstSeq, chunk.duplicates ?? []);
    for (const row of JSON.parse(json) as NewItem[])
      if (row.status === 'accepted' && table.put(contentOf(row), references.length) === undefined)
        references.push(row.reference);
  }
  return (content: Buffer): string | undefined => {
    const at = table.get(content);
    return at === undefined ? undefined : references[at];
  };
}
