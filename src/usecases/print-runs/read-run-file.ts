/** A file of a print run as its carrier got it: the PDF or a manifest. */

import type { Readable } from 'node:stream';
import type { App } from '../../app.ts';
import type { RunFiles } from '../../db/print-runs.ts';
import type { Actor } from '../../domain/permissions.ts';
import { ChanceryError, notFound } from '../../errors.ts';
import { getPrintRun } from './get-print-run.ts';

export const runFileKinds = { pdf: 'application/pdf', csv: 'text/csv; charset=utf-8', xml: 'application/xml' } as const;
export type RunFileKind = keyof typeof runFileKinds & keyof RunFiles;

export interface RunFileAnswer {
  /** Such as `run-7.pdf`. */
  name: string;
  mediaType: string;
  bytes: number;
  stream: Readable;
}

/** Throws `not_found` for a run that is not composed, or whose files the retention took. */
export async function readRunFile(app: App, actor: Actor, id: string, kind: RunFileKind): Promise<RunFileAnswer> {
  const run = await getPrintRun(app, actor, id);
  const file = run.files?.[kind];
  if (!file) throw notFound('file of a print run', id);
  const stream = await app.blobs.stream(file.key).catch((error: unknown) => {
    if (error instanceof ChanceryError && error.code === 'not_found') throw notFound('file of a print run', id);
    throw error;
  });
  return { name: `run-${run.number}.${kind}`, mediaType: runFileKinds[kind], bytes: file.bytes, stream };
}
