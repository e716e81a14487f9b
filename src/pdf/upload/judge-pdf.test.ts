/** Which uploaded PDFs are refused, and with which words: everything that acts, carries, hides, lies or is broken. */

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  annotated,
  bomb,
  type Corpus,
  catalog,
  everywhere,
  one,
  onScreen,
  withObjects,
} from '../../../test/corpora/pdf-mail/hostile-pdfs.ts';
import { longTest } from '../../../test/support/rounds.ts';
import { flate, pageObjects, streamPdf, tablePdf } from '../../../test/support/uploaded-pdf.ts';
import type { ChanceryError } from '../../errors.ts';
import { judgePdf } from './judge-pdf.ts';
import { kindOfUpload } from './upload-kind.ts';

const refused: Corpus = {
  ...everywhere,
  ...onScreen,
  'has more than 200 pages': [tablePdf(pageObjects(201)), /more than 200 pages/],
};

function judged(bytes: Buffer): string | number {
  try {
    if (kindOfUpload(bytes) !== 'pdf') return 'not a PDF';
    return judgePdf(bytes).pages;
  } catch (error) {
    const reason = (error as ChanceryError).issues?.[0]?.params?.reason;
    if (typeof reason !== 'string') throw error;
    return reason;
  }
}

for (const [what, [bytes, words]] of Object.entries(refused))
  test(`a PDF that ${what} is refused`, () => {
    const reason = String(judged(bytes));
    assert.match(reason, words);
    assert.match(
      reason,
      /; (open|save|print|upload|make) |, which a certificate must not; print/,
      'it names no remedy',
    );
  });

longTest('a PDF that unpacks to half a gigabyte is refused', () => {
  const bombs = withObjects({ 9: bomb, 10: bomb, 11: bomb, 12: bomb, 13: bomb });
  assert.match(String(judged(bombs)), /far more than its size; /);
});

const links = annotated(
  '<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://school.example)>>>><</Subtype/Link/Rect[0 0 9 9]/A<</S/GoTo/D[4 0 R/Fit]>>>>',
);
const accepted: Record<string, [Buffer, number]> = {
  'has 200 pages': [tablePdf(pageObjects(200)), 200],
  'keeps its objects in object streams': [streamPdf(pageObjects(7)), 7],
  'links to the web and to its own pages': [links, 1],
  'says where to begin reading': [catalog('/OpenAction[4 0 R/XYZ null null null]'), 1],
  'opens by a harmless action': [catalog('/OpenAction<</S/GoTo/D[4 0 R/Fit]>>'), 1],
  'has fields that were filled in': [catalog('/AcroForm<</Fields[9 0 R]>>'), 1],
  'has structure, labels and layers': [
    catalog('/StructTreeRoot<</K<</S/Document>>>>/PageLabels<</Nums[0<</S/D>>]>>/OCProperties<</OCGs[]/D<<>>>>'),
    1,
  ],
  'was changed and saved again': [updated(), 1],
  'has comments, odd blanks and escaped names': [
    withObjects({ 1: '<<%here\n/T#79pe /Catalog\t/Pages\r\n2 0 R /Lang(a\\)\\(b(c)) >>' }),
    1,
  ],
  'ends in blanks': [Buffer.concat([one, Buffer.from('\r\n\0\0\n')]), 1],
  'has a packed stream': [withObjects({ 5: flate(Buffer.from('BT ET')) }), 1],
};

/** The first version had a script, the second has not: only what the newest index names counts. */
function updated(): Buffer {
  const first = catalog('/OpenAction<</S/JavaScript/JS(1)>>');
  const at = first.length;
  const body = '1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n';
  const prev = first.toString('latin1').lastIndexOf('xref\n0');
  const table = `xref\n1 1\n${String(at).padStart(10, '0')} 00000 n \ntrailer\n<</Size 6/Root 1 0 R/Prev ${prev}>>\nstartxref\n${at + body.length}\n%%EOF\n`;
  return Buffer.concat([first, Buffer.from(body + table)]);
}

for (const [what, [bytes, pages]] of Object.entries(accepted))
  test(`a PDF that ${what} is taken`, () => {
    assert.equal(judged(bytes), pages);
  });

test('what a file is called or begins to look like counts for nothing', () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('hello'), Buffer.from('\n%PDF-1.4'), Buffer.from('GIF89a')])
    assert.equal(kindOfUpload(bytes), undefined);
  const jpeg = Buffer.concat([Buffer.from('\xff\xd8\xff\xfe\x00\x20', 'latin1'), one]);
  assert.match(String(judged(jpeg)), /a PDF as well/);
});

test('any damage to any byte of a PDF ends in a verdict, never in a crash or a hang', () => {
  for (const file of [tablePdf(pageObjects(2)), streamPdf(pageObjects(2))])
    for (let at = 0; at < file.length; at += 3) {
      const broken = Buffer.from(file);
      broken[at] = (broken[at] as number) ^ (1 << (at % 8));
      judged(broken);
      judged(file.subarray(0, at));
    }
});
