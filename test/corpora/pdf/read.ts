/** The readers of uploaded PDFs, each as a table of the same files. */

import assert from 'node:assert/strict';
import type { ChanceryError } from '../../../src/errors.ts';
import { importPdf } from '../../../src/pdf/import-pdf.ts';
import { judgeMailDocument } from '../../../src/pdf/upload/judge-mail-document.ts';
import { judgeUpload } from '../../../src/pdf/upload/judge-upload.ts';
import type { Entry, Outcome, Table } from '../run-table.ts';
import { type HostilePdf, hostilePdfs, type Verdict } from './hostile.ts';
import { laboriousArtwork } from './laborious.ts';

type Pages = number | 'of another type';
export type Use = keyof Omit<HostilePdf, 'make'>;

async function* inPieces(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

/** As a drawing it has no text, whose font would have to be embedded; nothing else moves. */
const withoutText = (bytes: Buffer) =>
  Buffer.from(
    bytes
      .toString('latin1')
      .replace(/BT \/F 24 Tf 72 700 Td \([^)]*\) Tj ET/g, (drawn) => '0 0 9 9 re f'.padEnd(drawn.length)),
    'latin1',
  );

const readers: Record<Use, (bytes: Buffer) => Promise<Pages>> = {
  certificate: async (bytes) => (await judgeUpload(inPieces(bytes)))?.pages ?? 'of another type',
  letter: async (bytes) => (await judgeMailDocument(inPieces(bytes))).pages,
  artwork: async (bytes) => {
    const art = await importPdf(withoutText(bytes));
    const written = Buffer.concat(art.write((number) => number + 7).map((body) => Buffer.from(body)));
    // Nothing comes along that the drawing does not need.
    assert.doesNotMatch(
      written.toString('latin1'),
      /script|alert|Launch|\/URI|EmbeddedFile|canary|PK\x03\x04|\/Annots/i,
    );
    return 1;
  },
};

function judge(outcome: Outcome<Pages>, verdict: Verdict): void {
  if (!(verdict instanceof RegExp)) {
    if ('refused' in outcome) assert.fail(`is refused: ${reasonOf(outcome.error)}`);
    assert.equal(outcome.output, verdict);
    return;
  }
  if (!('refused' in outcome)) assert.fail(`is taken: ${outcome.output}`);
  assert.deepEqual(outcome.refused, ['invalid']);
  assert.match(reasonOf(outcome.error), verdict);
}

const reasonOf = (error: Error) => String((error as ChanceryError).issues[0]?.params?.reason);

/** Of these files, or of all. */
export function tableFor(use: Use, names = Object.keys(hostilePdfs)): Table<Buffer, Pages> {
  return {
    name: `PDF: as ${use}`,
    from: 'written for this project, after ISO 32000-1 and APPNOTE.TXT',
    feed: readers[use],
    // A thread in this process reads it; what that gives back the allocator keeps, up to a bound.
    ...(use === 'artwork' ? { maxGrowthMiB: 96 } : {}),
    entries: names.map((name): Entry<Buffer, Pages> => {
      const { make, [use]: verdict } = hostilePdfs[name] as HostilePdf;
      return { name, make, judge: (outcome) => judge(outcome, verdict) };
    }),
  };
}

/** Whose readers run in this process; those of certificates and letters run in others, which end by themselves. */
export const laborious: Table<Buffer, Pages> = {
  name: 'PDF: as artwork that keeps its reader busy',
  from: 'written for this project, after ISO 32000-1',
  feed: readers.artwork,
  // Half of it is what making the files takes.
  maxGrowthMiB: 160,
  entries: Object.entries(laboriousArtwork).map(([name, [make, verdict]]) => ({
    name,
    make,
    judge: (outcome: Outcome<Pages>) => judge(outcome, verdict),
  })),
};
