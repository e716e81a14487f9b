/** A composed print run as carriers are given it. */

import type { App } from '../app.ts';
import type { PrintRunRow, RunFile } from '../db/print-runs.ts';
import type { OutgoingFile, OutgoingRun } from '../deliver/print/carrier.ts';
import { ChanceryError } from '../errors.ts';

export function outgoingRun(app: App, run: PrintRunRow): OutgoingRun {
  const { id, number, product, pieces, revision, createdAt, files } = run;
  if (!files) throw new ChanceryError('internal', 'the print run is not composed');
  const fileOf = (name: string, mediaType: string, { key, bytes, sha256 }: RunFile): OutgoingFile => ({
    name,
    mediaType,
    bytes,
    sha256,
    open: () => app.blobs.stream(key),
  });
  const { bytes, pages, sheets } = files.pdf;
  return {
    id,
    number,
    product,
    pieces,
    bytes,
    pages,
    sheets,
    createdAt,
    revision,
    pdf: fileOf('run.pdf', 'application/pdf', files.pdf),
    manifests: [fileOf('manifest.csv', 'text/csv', files.csv), fileOf('manifest.xml', 'application/xml', files.xml)],
  };
}
