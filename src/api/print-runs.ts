/** Print runs over our own API. */

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { App } from '../app.ts';
import type { PrintRunRow } from '../db/print-runs.ts';
import { lifecycle, type Status } from '../domain/lifecycle.ts';
import { getPrintRun, listPrintRuns } from '../usecases/print-runs/get-print-run.ts';
import { type RunFileKind, readRunFile } from '../usecases/print-runs/read-run-file.ts';
import { runOutcomes, settlePrintRun } from '../usecases/print-runs/settle-print-run.ts';
import { readBody } from './read-body.ts';

interface WithId {
  Params: { id: string };
}

const listQuery = z.object({
  status: z.enum(Object.keys(lifecycle.print_run) as [Status<'print_run'>]).optional(),
  mailing: z.uuid().optional(),
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
});
const settlement = z.strictObject({ outcome: z.enum(runOutcomes) });

export function registerPrintRuns(server: FastifyInstance, app: App): void {
  server.get('/print-runs', async (request) => {
    const { mailing, ...filter } = readBody(listQuery, request.query);
    const runs = await listPrintRuns(app, request.actor, { ...filter, mailingId: mailing });
    return { printRuns: runs.map(runWire), next: runs.length === filter.limit ? (runs.at(-1)?.number ?? null) : null };
  });

  server.get<WithId>('/print-runs/:id', async (request) =>
    runWire(await getPrintRun(app, request.actor, request.params.id)),
  );

  for (const [address, kind] of Object.entries({
    'run.pdf': 'pdf',
    'manifest.csv': 'csv',
    'manifest.xml': 'xml',
  } as const satisfies Record<string, RunFileKind>))
    server.get<WithId>(`/print-runs/:id/${address}`, async (request, reply) => {
      const { name, mediaType, bytes, stream } = await readRunFile(app, request.actor, request.params.id, kind);
      return reply
        .header('content-type', mediaType)
        .header('content-length', bytes)
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(stream);
    });

  server.post<WithId>('/print-runs/:id/settle', async (request) => {
    const { outcome } = readBody(settlement, request.body);
    return runWire(await settlePrintRun(app, request.actor, request.params.id, outcome));
  });
}

function runWire(run: PrintRunRow) {
  const { id, number, mailingId, status, carrier, product, pieces, files, attempts, reference, response } = run;
  return {
    id,
    number,
    mailing: mailingId,
    status,
    carrier,
    product: product.name,
    pieces,
    pages: files?.pdf.pages ?? null,
    sheets: files?.pdf.sheets ?? null,
    sha256: files?.pdf.sha256 ?? null,
    attempts,
    reference,
    response,
    nextAttemptAt: run.nextAttemptAt,
    createdAt: run.createdAt,
    updatedAt: run.updatedAt,
    sentAt: run.sentAt,
  };
}
