/** What runs in a worker thread: the tasks that fill the compiled programs, and the drawing of pictures. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { fillCredential } from '../credential/fill-credential.ts';
import type { AcceptedItem } from '../db/items.ts';
import type { AppendPlan } from '../domain/append-plan.ts';
import type { Issue } from '../domain/issue.ts';
import type { ItemFacts, RawRow } from '../domain/item.ts';
import type { DisplayValues } from '../domain/placeholder.ts';
import { specimenIssuer } from '../domain/specimen.ts';
import { ChanceryError } from '../errors.ts';
import { readBlock } from '../ingest/source.ts';
import { checkPage } from '../pdf/check-page.ts';
import { compilePage, type PageInputs } from '../pdf/compile-page.ts';
import { datePage } from '../pdf/date-page.ts';
import { type Attachment, type FilledPage, fillPage } from '../pdf/fill-page.ts';
import { PackWriter } from '../pdf/pack-writer.ts';
import { renderPreview } from '../pdf/preview.ts';
import type { SealKey } from '../pdf/seal.ts';
import { appendPage } from '../pdf/upload/append-page.ts';
import { drawElements } from '../pdf/upload/draw-elements.ts';
import { acceptRow, failedItem, type NewItem } from './accept-row.ts';
import { lowerThreadPriority } from './thread-priority.ts';
import { type BatchPrograms, programsOf, programsOnce, type Task } from './thread-programs.ts';
import { countProgress } from './thread-watch.ts';

if ((workerData as ThreadOptions).lowered) lowerThreadPriority();

export interface ThreadOptions {
  /** Whether the thread steps back for the doors and the database. */
  lowered: boolean;
}

/** What a task answers when the batch's template cannot be compiled; an error would lose its class on the way out of the thread. */
export interface Refused {
  refused: string;
  issues: Issue[];
}

/** What every task brings along. */
interface Watched {
  progress: SharedArrayBuffer;
}

/** What a task answers that threw, so that whatever comes out of a thread as an error is the thread's own death. */
export interface Thrown {
  thrown: string;
}

/** Turns a refusal or an error into an answer. */
function refusable<T, R>(
  work: (task: T & Watched) => Promise<R>,
): (task: T & Watched) => Promise<R | Refused | Thrown> {
  return async (task) => {
    countProgress(task.progress);
    try {
      return await work(task);
    } catch (error) {
      if (!(error instanceof ChanceryError) || error.code !== 'invalid_input')
        return { thrown: (error as Error).message };
      return { refused: error.message, issues: error.issues };
    }
  };
}

/** Compiles the page with what it will really carry, before a batch is taken in. */
export const provePage = refusable(async (inputs: PageInputs): Promise<null> => {
  await compilePage(inputs);
  return null;
});

export interface AcceptedRows {
  /** JSON for `insertItems`. */
  json: string;
  accepted: number;
  failed: number;
}

/** Checks a block of rows and decides everything about their items. */
export const acceptRows = refusable(
  async (
    task: Task & Watched & { block: Uint8Array; firstSeq: number; duplicates: [number, string][] },
  ): Promise<AcceptedRows> => {
    const { page, displayValues, acceptance } = await programsOf(task);
    const duplicates = new Map(task.duplicates);
    const items = readBlock(task.block).map((raw, at) => {
      countProgress(task.progress);
      const seq = task.firstSeq + at;
      const repeats = duplicates.get(seq);
      return repeats === undefined
        ? acceptRow(acceptance, raw, seq, (facts) => checkPage(page, displayValues(facts)))
        : failedItem(acceptance, raw, seq, [{ path: 'row', code: 'duplicate', params: { repeats } }]);
    });
    const failed = items.filter((item) => item.status === 'failed').length;
    return { json: JSON.stringify(items), accepted: items.length - failed, failed };
  },
);

export interface Produced {
  /** The tails one after the other. */
  pack: Uint8Array;
  prefixHash: string;
  /** JSON for `completeItems`; an uploaded document names its own first part. */
  issued: string;
  failed: string;
}

/** Bytes of a document's own part, to begin with. */
const usualTail = 9_000;

/** Makes credential and document of each item. An item that cannot be made fails alone. */
export const produceItems = refusable(async (task: Task & Watched & { items: AcceptedItem[] }): Promise<Produced> => {
  const programs = await programsOf(task);
  const pack = new PackWriter(task.items.length * usualTail);
  const issued: { seq: number; at: number; length: number; jsonAt: number; jsonLength: number; sha: string }[] = [];
  const failed: { seq: number; issues: Issue[] }[] = [];
  for (const [index, item] of task.items.entries()) {
    countProgress(task.progress);
    // WebAssembly finalizers run only between turns of the event loop; without this memory grows.
    if (index % 50 === 49) await nextTurn();
    const at = pack.length;
    try {
      const { tail, sha256, attachmentOffset, attachmentLength } = await produceOne(programs, item, pack);
      issued.push({
        seq: item.seq,
        at,
        length: tail.length,
        jsonAt: at + attachmentOffset,
        jsonLength: attachmentLength,
        sha: sha256,
      });
    } catch (error) {
      pack.cut(at);
      failed.push({ seq: item.seq, issues: issuesOf(error) });
    }
  }
  const bytes = pack.finish();
  const result: Produced = {
    pack: bytes,
    prefixHash: programs.page.prefixHash,
    issued: JSON.stringify(issued),
    failed: JSON.stringify(failed),
  };
  // The pack is handed over, not copied.
  return move({ [transferableSymbol]: bytes.buffer, [valueSymbol]: result }) as unknown as Produced;
});

export type IssuedOne = { item: NewItem; document: FilledPage; prefixHash: string } | { issues: Issue[] };

let ones = 0;

/** Accepts and produces the one row of a batch, which is not stored yet: nothing is decided here that is not in the row and the terms. */
export const issueOne = refusable(async (task: Task & { raw: RawRow }): Promise<IssuedOne> => {
  if (++ones % 50 === 0) await nextTurn();
  const programs = await programsOnce(task);
  const { page, displayValues, acceptance } = programs;
  const item = acceptRow(acceptance, task.raw, 0, (facts) => checkPage(page, displayValues(facts)));
  if (item.status === 'failed') return { issues: item.issues ?? [] };
  try {
    // As the database would give it back, so that it can be made again with the same bytes.
    const document = await produceOne(programs, JSON.parse(JSON.stringify(item)) as AcceptedItem);
    return { item, document, prefixHash: page.prefixHash };
  } catch (error) {
    return { issues: issuesOf(error) };
  }
});

async function produceOne(programs: BatchPrograms, item: AcceptedItem, pack?: PackWriter) {
  const facts = factsOf(programs, item);
  return fillPage(programs.page, programs.displayValues(facts), await credentialFile(programs, facts), pack);
}

async function credentialFile(programs: BatchPrograms, facts: ItemFacts): Promise<Attachment> {
  const filled = fillCredential(programs.credential, facts);
  const data = typeof filled === 'string' ? filled : await filled;
  return { name: 'credential.json', data, mediaType: 'application/vc+ld+json' };
}

export type ProducedUpload = { document: FilledPage } | { failed: Issue[] };

/** Makes the credential of one uploaded certificate and what is appended to its file. */
export const produceUpload = refusable(
  async (task: Task & { item: AcceptedItem; base: Uint8Array; plan: AppendPlan }): Promise<ProducedUpload> => {
    const programs = await programsOf(task);
    const { spec } = programs;
    const facts = factsOf(programs, task.item);
    try {
      const document = appendPage(
        Buffer.from(task.base.buffer, task.base.byteOffset, task.base.byteLength),
        task.plan,
        {
          page: drawElements(spec.template, programs.displayValues(facts), spec.specimen),
          attachment: await credentialFile(programs, facts),
          createdAt: spec.createdAt,
          organizationName: spec.specimen ? specimenIssuer(spec.organization.name) : spec.organization.name,
          id: facts.id,
          seal: programs.page.inputs.seal as SealKey,
        },
      );
      return { document };
    } catch (error) {
      return { failed: issuesOf(error) };
    }
  },
);

function factsOf({ spec, acceptance }: BatchPrograms, item: AcceptedItem): ItemFacts {
  return {
    id: item.id,
    referenceId: item.reference,
    name: item.name,
    email: item.email,
    issueDate: item.issue,
    expiryDate: item.expiry,
    verificationUrl: `${spec.publicUrl}/credential/${item.id}`,
    fields: item.fields,
    emailSalt: acceptance.identityOf(item.seq).emailSalt,
    statusList: { url: `${spec.publicUrl}/status-lists/${item.list}`, index: item.index },
  };
}

function issuesOf(error: unknown): Issue[] {
  if (error instanceof ChanceryError && error.issues.length > 0) return error.issues;
  return [{ path: 'row', code: 'produce_failed', params: { reason: (error as Error).message.slice(0, 200) } }];
}

/** The constant first part of every document of the programs. */
export const prefixOf = refusable(async (task: Task): Promise<Uint8Array> => (await programsOf(task)).page.prefix);

/** The picture of a document that is there. */
export const drawDocument = refusable(
  (task: { pdf: Uint8Array; width: number }): Promise<Uint8Array> => renderPreview(task.pdf, task),
);

/** The picture of a document that is not made yet: the same page with the same values. Nothing is signed for it, and the document never leaves the thread. */
export const drawItem = refusable(async (task: Task & { item: AcceptedItem; width: number }): Promise<Uint8Array> => {
  const programs = await programsOf(task);
  const { page } = programs;
  const unsealed = { ...page, inputs: { ...page.inputs, seal: undefined } };
  const nothing = { name: 'credential.json', data: Buffer.from('{}'), mediaType: 'application/vc+ld+json' };
  const values = programs.displayValues(factsOf(programs, task.item));
  const { tail } = fillPage(unsealed, values, nothing);
  return renderPreview(Buffer.concat([page.prefix, tail]), task);
});

/** A picture of a page with made-up values, PNG. Values that do not fit are shortened and in the end left out: the page is what is shown. */
export const drawSample = refusable(
  async (task: { page: PageInputs; values: DisplayValues; width: number }): Promise<Uint8Array> => {
    const page = datePage(await compilePage(task.page), '2026-01-01T00:00:00Z');
    const fill = (longest: number) => {
      const values = Object.entries(task.values).map(([name, value]) => [name, value.slice(0, longest)]);
      const attachment = { name: 'sample.json', data: Buffer.from('{}'), mediaType: 'application/json' };
      return Buffer.concat([page.prefix, fillPage(page, Object.fromEntries(values), attachment).tail]);
    };
    for (const longest of [1_000, 12, 3]) {
      try {
        return await renderPreview(fill(longest), { width: task.width });
      } catch (error) {
        if (!(error instanceof ChanceryError) || error.code !== 'invalid_input') throw error;
      }
    }
    return await renderPreview(fill(0), { width: task.width });
  },
);
