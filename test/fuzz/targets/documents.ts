/** PDFs that people upload, as certificates, as letters, as artwork, and to be verified. */

import { foreignArt } from '../../../src/pdf/foreign-art.ts';
import { foreignAttachment } from '../../../src/pdf/foreign-attachment.ts';
import { attachment, documentOf, nameBox, programOf, valuesOf } from '../../../src/pdf/page.test-support.ts';
import { createSealKey } from '../../../src/pdf/seal.ts';
import { judgeMailPdf } from '../../../src/pdf/upload/judge-mail-pdf.ts';
import { judgePdf } from '../../../src/pdf/upload/judge-pdf.ts';
import { verifySeal } from '../../../src/pdf/verify-seal.ts';
import { everywhere } from '../../corpora/pdf-mail/hostile-pdfs.ts';
import { flate, pageObjects, stream, streamPdf, tablePdf } from '../../support/uploaded-pdf.ts';
import type { Target } from '../target.ts';

const words = [
  ...[
    '<<',
    '>>',
    '[',
    ']',
    '(',
    ')',
    '/',
    ' 0 R',
    ' obj',
    'endobj',
    'stream\n',
    '\nendstream',
    'xref\n',
    'trailer',
    'startxref\n',
    '%%EOF',
  ],
  ...[
    '/Length',
    '/Filter',
    '/FlateDecode',
    '/ASCIIHexDecode',
    '/LZWDecode',
    '/ObjStm',
    '/XRef',
    '/W[1 4 1]',
    '/Index[0 9]',
    '/Prev',
    '/XRefStm',
  ],
  ...[
    '/Type',
    '/Pages',
    '/Kids',
    '/Count',
    '/Parent',
    '/MediaBox',
    '/Rotate',
    '/Contents',
    '/Resources',
    '/Encrypt',
    '/AcroForm',
    '/Names',
  ],
  ...[
    '/S/JavaScript',
    '/JS',
    '/OpenAction',
    '/AA',
    '/Font',
    '/XObject',
    '/Subtype/Image',
    '/DecodeParms',
    '/Predictor 15',
    '#00',
    '\\377',
    '4294967295',
    '-1',
  ],
];

const seeds = () => [
  tablePdf(pageObjects(1)),
  tablePdf(pageObjects(3)),
  streamPdf(pageObjects(2)),
  tablePdf({
    ...pageObjects(1),
    5: flate(Buffer.from('BT /F 24 Tf 72 700 Td (x) Tj ET')),
    9: stream('x', '/Filter/ASCIIHexDecode'),
  }),
  ...Object.values(everywhere)
    .map(([bytes]) => bytes)
    .filter(({ length }) => length < 20_000),
];

const hasGoodNumbers = (value: unknown): boolean =>
  typeof value === 'number'
    ? Number.isFinite(value) && value >= 0
    : typeof value !== 'object' || value === null || Object.values(value).every(hasGoodNumbers);

const pdf: Target = {
  name: 'pdf',
  seeds,
  words,
  covers: /src\/pdf\/upload/,
  run(bytes) {
    const { pages, plan } = judgePdf(bytes);
    if (pages < 1 || !hasGoodNumbers({ pages, plan })) throw new Error(`judged as ${JSON.stringify({ pages, plan })}`);
  },
};

const letter: Target = {
  name: 'letter',
  seeds,
  words,
  covers: /src\/pdf\/upload/,
  run(bytes) {
    const judged = judgeMailPdf(bytes);
    if (!hasGoodNumbers(judged)) throw new Error(`judged as ${JSON.stringify(judged)}`);
  },
};

/** Whatever the library throws is told as damage by the thread that reads. */
const declared = () => true;

const art: Target = {
  name: 'art',
  seeds,
  words,
  covers: /src\/pdf\/foreign|pdf-lib/,
  run: (bytes) => foreignArt(bytes, 1),
  declared,
};

const sealed = async () =>
  documentOf(
    await programOf([nameBox], {
      seal: await createSealKey({ commonName: 'Seal', organization: 'Vector', notBefore: new Date('2026-01-01') }),
    }),
    valuesOf(),
  );

const attached: Target = {
  name: 'attachment',
  seeds: async () => [documentOf(await programOf([nameBox]), valuesOf()), ...seeds()],
  words: [...words, '/EmbeddedFiles', '/AF', '/EF', '/UF', attachment.name],
  covers: /src\/pdf\/foreign|pdf-lib/,
  run: (bytes) => foreignAttachment(bytes, attachment.name),
  declared,
};

let original: Buffer | undefined;
const own = async () => (original ??= await sealed());

const seal: Target = {
  name: 'seal',
  seeds: async () => [await own()],
  words: [...words, '/ByteRange[0 1 2 3]', '/ByteRange [', '/Contents<', '/Adobe.PPKLite', '30820', '00'],
  covers: /src\/pdf\/(verify|seal|der)/,
  async run(bytes) {
    // Inputs kept by an earlier run were sealed by another key, and may well be whole.
    const { unchanged, certificateFingerprint } = verifySeal(bytes);
    const isOwn = certificateFingerprint === verifySeal(await own()).certificateFingerprint;
    if (unchanged && isOwn && !bytes.equals(await own())) throw new Error('a changed document is called sealed');
  },
};

export const documentTargets = [pdf, letter, art, attached, seal];
