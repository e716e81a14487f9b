/** Which uploaded PDFs are refused, and with which words: everything that acts, carries, hides, lies or is broken. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { deflateSync } from 'node:zlib';
import { flate, type Objects, pageObjects, stream, streamPdf, tablePdf } from '../../../test/support/uploaded-pdf.ts';
import type { ChanceryError } from '../../errors.ts';
import { judgePdf } from './judge-pdf.ts';
import { kindOfUpload } from './upload-kind.ts';

/** One page and these objects beside or instead of its own. */
const withObjects = (objects: Objects) => tablePdf({ ...pageObjects(1), ...objects });
const catalog = (entries: string) => withObjects({ 1: `<</Type/Catalog/Pages 2 0 R${entries}>>` });
const annotated = (annotation: string) =>
  withObjects({ 4: `<</Type/Page/Parent 2 0 R/Contents 5 0 R/Annots[${annotation}]>>` });
const action = (entries: string) => annotated(`<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<<${entries}>>>>`);
const one = tablePdf(pageObjects(1));
const text = one.toString('latin1');
const edited = (from: string | RegExp, to: string) => Buffer.from(text.replace(from, to), 'latin1');
/** Half a gigabyte and more, all of it nothing. */
const nothing = deflateSync(Buffer.alloc(110_000_000));
const bomb = `<</Filter/FlateDecode/Length ${nothing.length}>>stream\n${nothing.toString('latin1')}\nendstream`;

const refused: Record<string, [Buffer, RegExp]> = {
  'is encrypted': [tablePdf(pageObjects(1), { trailer: '/Encrypt<</Filter/Standard>>' }), /encrypted; save it without/],
  'is encrypted behind a cross-reference stream': [streamPdf(pageObjects(1), '/Encrypt<</V 5>>'), /encrypted/],
  'runs JavaScript when it is opened': [
    catalog('/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>'),
    /action on opening/,
  ],
  'opens a web page when it is opened': [catalog('/OpenAction<</S/URI/URI(https://a.example)>>'), /action on opening/],
  'has JavaScript by name': [catalog('/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>'), /JavaScript/],
  'writes JavaScript in another way': [action('/S/J#61vaScript/J#53(1)'), /an action \("JavaScript"\)/],
  'hides JavaScript in an object stream': [
    streamPdf({ ...pageObjects(1), 9: '<</S/JavaScript/JS(1)>>' }),
    /JavaScript/,
  ],
  'hides JavaScript behind references': [
    withObjects({ 9: '<</S 10 0 R/JS 11 0 R>>', 10: '/JavaScript', 11: '(1)' }),
    /JavaScript/,
  ],
  'has JavaScript in an object that nothing refers to': [withObjects({ 12: '<</JS(1)>>' }), /JavaScript/],
  'starts programs': [action('/S/Launch/F(cmd.exe)'), /Launch/],
  'sends forms': [action('/S/SubmitForm/F(https://a.example)'), /SubmitForm/],
  'leads to other files': [action('/S/GoToR/F(other.pdf)/D[0/Fit]'), /GoToR/],
  'has a link that is a script': [action('/S/URI/URI(javascript:alert\\(1\\))'), /link of the kind "javascript"/],
  'has a link to a local file': [action('/S/URI/URI(file:///etc/passwd)'), /link of the kind "file"/],
  'acts when a page is shown': [
    withObjects({ 4: '<</Type/Page/Parent 2 0 R/Contents 5 0 R/AA<</O<</S/Named/N/Print>>>>>>' }),
    /action that nobody asked for/,
  ],
  'carries a file': [withObjects({ 9: stream('MZ', '/Type/EmbeddedFile') }), /an attached file/],
  'names a file inside': [withObjects({ 9: '<</Type/Filespec/F(a)/EF<</F 3 0 R>>>>' }), /an attached file/],
  'has a file pinned to a page': [annotated('<</Subtype/FileAttachment/Rect[0 0 9 9]>>'), /FileAttachment/],
  'is an XFA form': [catalog('/AcroForm<</Fields[]/XFA[(template)3 0 R]>>'), /XFA/],
  'plays media': [annotated('<</Subtype/RichMedia/Rect[0 0 9 9]>>'), /RichMedia/],
  'is a portfolio': [catalog('/Collection<</View/D>>'), /portfolio/],
  'reads a stream from elsewhere': [withObjects({ 5: '<</F(a)/Length 0>>stream\n\nendstream' }), /other files/],
  'says that it has 10,000 pages': [
    withObjects({ 2: '<</Type/Pages/Count 10000/Kids[4 0 R]>>' }),
    /another number of pages/,
  ],
  'has pages in a circle': [withObjects({ 2: '<</Type/Pages/Count 1/Kids[2 0 R]>>' }), /in a circle/],
  'has more than 200 pages': [tablePdf(pageObjects(201)), /more than 200 pages/],
  'has no page': [withObjects({ 2: '<</Type/Pages/Count 0/Kids[]>>' }), /no pages/],
  'unpacks to half a gigabyte': [
    withObjects({ 9: bomb, 10: bomb, 11: bomb, 12: bomb, 13: bomb }),
    /far more than its size/,
  ],
  'is packed twice over': [
    withObjects({ 9: stream('x', '/Filter[/FlateDecode/FlateDecode]') }),
    /packed several times/,
  ],
  'has a picture of a billion pixels': [
    withObjects({ 9: stream('', '/Subtype/Image/Width 40000/Height 40000') }),
    /100 million pixels/,
  ],
  'is cut off': [one.subarray(0, one.length - 60), /cut off/],
  'is cut off in the middle': [one.subarray(0, 300), /cut off/],
  'has an index that leads to itself': [edited('/Root', `/Prev ${text.indexOf('xref\n0')}/Root`), /in a circle/],
  'has an index that is wrong': [edited(/0000000015/, '0000000017'), /index is wrong|damaged/],
  'says a stream is shorter than it is': [
    withObjects({ 5: '<</Length 3>>stream\nBT ET BT ET\nendstream' }),
    /length of a stream/,
  ],
  'says one thing twice': [catalog('/Lang(en)/Lang(de)'), /one thing twice/],
  'refers in a circle': [withObjects({ 2: '3 0 R', 3: '2 0 R' }), /leads to itself|no pages/],
  'is nested a thousand deep': [withObjects({ 9: `${'['.repeat(1_000)}${']'.repeat(1_000)}` }), /nested too deeply/],
  'goes on after its end': [Buffer.concat([one, Buffer.from('and more')]), /other data follow/],
  'is a web page to its beginning': [edited('%\xe2', '<script>1</script>%\xe2'), /a web page as well/],
  'is an archive too': [zipped(one), /an archive as well/],
  'has no catalog': [edited('/Root 1 0 R', '/Root 3 0 R'), /no catalog/],
};

/** As self-extracting archives are made: the archive's directory at the end, hidden from PDF readers in a comment's place. */
function zipped(pdf: Buffer): Buffer {
  const directory = Buffer.alloc(22);
  directory.write('PK\x05\x06', 'latin1');
  return Buffer.concat([pdf, directory]);
}

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
    assert.match(String(judged(bytes)), words);
  });

test('every reason names a remedy', () => {
  for (const [what, [bytes]] of Object.entries(refused))
    assert.match(String(judged(bytes)), /; (open|save|print|upload|make) |, which a certificate must not; print/, what);
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
