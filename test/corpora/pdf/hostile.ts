/** PDFs that lie about their structure, swell, act, or are something else as well, and what each reader of uploads must say of them. */

import { deflateSync } from 'node:zlib';
import { type Objects, pageObjects, stream, streamPdf, tablePdf } from '../../support/uploaded-pdf.ts';
import { action, annotated, catalog, one, withObjects } from '../pdf-mail/hostile-pdfs.ts';
import {
  archived,
  circleOfForms,
  deepLengths,
  deepTree,
  lyingContainer,
  revised,
  swollenContainers,
} from './generate.ts';

/** Taken with so many pages, refused with these words, or not even called a PDF. */
export type Verdict = number | RegExp | 'of another type';

export interface HostilePdf {
  make: () => Buffer;
  /** As a certificate that goes to the vault, as a letter to be mailed, as the artwork of a template. */
  certificate: Verdict;
  letter: Verdict;
  artwork: Verdict;
}

type Row = [make: () => Buffer, certificate: Verdict, letter: Verdict, artwork: Verdict];
const text = one.toString('latin1');
const edited = (from: string | RegExp, to: string) => () => Buffer.from(text.replace(from, to), 'latin1');
const objects = (more: Objects) => () => withObjects(more);
const page = (entries: string) => objects({ 4: `<</Type/Page/Parent 2 0 R/Contents 5 0 R${entries}>>` });
const tree = (entries: string) => objects({ 2: `<</Type/Pages${entries}>>` });
const link = (uri: string) => () => action(`/S/URI/URI${uri}`);
const swelling = () => deflateSync(Buffer.alloc(600_000_000));
const hex = (data: Buffer) => Buffer.from(`${data.toString('hex')}>`, 'latin1');

const cut = /cut off/;
const circle = /in a circle/;
const count = /another number of pages/;
const size = /too small or too large/;
const noCatalog = /no catalog/;
const bomb = /far more than its size/;
const swells = /unpacks to more than 20 MB/;
const tooMany = /made of too many objects/;
const deep = /nested too deeply/;
const script = /link of the kind "javascript"/;
const encrypted = /encrypted/;
const archive = /an archive as well/;

const rows: Record<string, Row> = {
  // Cut, or without an index.
  'nothing but its first line': [() => Buffer.from('%PDF-1.7\n'), cut, cut, noCatalog],
  'the first half': [() => one.subarray(0, one.length / 2), cut, cut, cut],
  'all but the last byte of its end': [() => one.subarray(0, one.length - 2), cut, cut, 1],
  'no cross-reference table': [
    () => Buffer.from(text.replace(/xref\n0[\s\S]*?trailer/, 'trailer'), 'latin1'),
    /a number is missing/,
    /a number is missing/,
    1,
  ],
  'no startxref': [edited(/startxref\n\d+\n/, ''), cut, cut, 1],
  'an index beyond its end': [edited(/startxref\n\d+/, 'startxref\n999999'), /index is missing/, /index is missing/, 1],
  'an index of four billion objects': [
    edited(/xref\n0 6/, 'xref\n0 4294967295'),
    /a number is missing/,
    /a number is missing/,
    1,
  ],
  'a negative place of the index before': [edited('/Root', '/Prev -1/Root'), /its index, Prev/, /its index, Prev/, 1],
  'a size beyond counting': [edited('/Size 6', '/Size 99999999999'), /index is too large/, /index is too large/, 1],
  'a version nobody knows': [edited('PDF-1.4', 'PDF-9.9'), /not a PDF/, /not a PDF/, 1],
  // Pages.
  'pages in a circle of two': [
    objects({ 2: '<</Type/Pages/Count 1/MediaBox[0 0 9 9]/Kids[9 0 R]>>', 9: '<</Type/Pages/Count 1/Kids[2 0 R]>>' }),
    circle,
    circle,
    circle,
  ],
  'one page a hundred times': [
    tree(`/Count 100/MediaBox[0 0 595 842]/Kids[${'4 0 R '.repeat(100)}]`),
    circle,
    circle,
    1,
  ],
  'a negative count': [tree('/Count -1/MediaBox[0 0 595 842]/Kids[4 0 R]'), count, count, 1],
  'a count of two billion': [tree('/Count 2147483647/MediaBox[0 0 595 842]/Kids[4 0 R]'), count, count, 1],
  'a count that is a name': [tree('/Count/One/MediaBox[0 0 595 842]/Kids[4 0 R]'), count, count, 1],
  'kids that are no pages': [
    tree('/Count 1/MediaBox[0 0 595 842]/Kids[3 0 R]'),
    /a page is something else/,
    /a page is something else/,
    /a page is something else/,
  ],
  'kids that are not there': [
    tree('/Count 1/MediaBox[0 0 595 842]/Kids[99 0 R]'),
    /a page is missing/,
    /a page is missing/,
    /no page 1/,
  ],
  'kids that are a number': [
    tree('/Count 1/MediaBox[0 0 595 842]/Kids 7'),
    /a page is something else/,
    /a page is something else/,
    /a page is something else/,
  ],
  '20,000 pages': [() => tablePdf(pageObjects(20_000)), /more than 200 pages/, /more than 5000 pages/, tooMany],
  'a tree of 1,000 levels': [() => deepTree(1_000), circle, circle, circle],
  'a tree of 30,000 levels': [() => deepTree(30_000), circle, circle, circle],
  'a page of a billion points': [
    page('/MediaBox[0 0 1000000000 1000000000]'),
    size,
    size,
    /page size .* cannot be read/,
  ],
  'a page as narrow as a hair': [page('/MediaBox[0 0 1 14000]'), size, size, 1],
  'a page of numbers without end': [
    page(`/MediaBox[0 0 ${'9'.repeat(400)} 842]`),
    /an endless word/,
    /an endless word/,
    /no page 1/,
  ],
  'a page of words': [
    page('/MediaBox[/a/b/c/d]'),
    /a page has no size/,
    /a page has no size/,
    /page size .* cannot be read/,
  ],
  'a page turned by 45 degrees': [page('/Rotate 45'), 1, 1, /quarter turns/],
  // Lengths and object streams.
  'a negative length': [objects({ 5: '<</Length -5>>stream\nBT ET\nendstream' }), /no length/, /no length/, 1],
  'a length of four billion': [objects({ 5: '<</Length 4294967295>>stream\nBT ET\nendstream' }), cut, cut, 1],
  'a length that is itself': [
    objects({ 5: '<</Length 5 0 R>>stream\nBT ET\nendstream' }),
    /contains itself/,
    /contains itself/,
    1,
  ],
  'lengths that lead to lengths, 20,000 times': [
    () => deepLengths(20_000),
    /the file is damaged/,
    /the file is damaged/,
    1,
  ],
  'an object stream that says it has a billion objects': [
    () => lyingContainer({ N: 1e9 }),
    /a number is missing/,
    /a number is missing/,
    noCatalog,
  ],
  'an object stream that says it has none': [
    () => lyingContainer({ N: 0 }),
    /index is wrong/,
    /index is wrong/,
    noCatalog,
  ],
  'an object stream that says minus one': [
    () => lyingContainer({ N: -1 }),
    /index is wrong/,
    /index is wrong/,
    noCatalog,
  ],
  'an object stream that begins beyond its end': [
    () => lyingContainer({ First: 1e9 }),
    /object cannot be read/,
    /object cannot be read/,
    noCatalog,
  ],
  'an object stream that begins before its beginning': [
    () => lyingContainer({ First: -1_000 }),
    /object cannot be read/,
    /object cannot be read/,
    noCatalog,
  ],
  'an object stream within itself': [
    () => lyingContainer({ Length: '1 0 R' }),
    /contains itself/,
    /contains itself/,
    1,
  ],
  'an object stream that swells to 600 MB': [() => swollenContainers(1, 600_000_000), bomb, bomb, swells],
  'five object streams of 49 MB': [() => swollenContainers(5, 49_000_000), bomb, bomb, swells],
  // Recursion.
  'a form that draws itself': [() => circleOfForms(1), 1, 1, 1],
  'a hundred forms that draw each other in a circle': [() => circleOfForms(100), 1, 1, 1],
  'dictionaries 100,000 deep': [objects({ 9: '<</A'.repeat(100_000) + '>>'.repeat(100_000) }), deep, deep, 1],
  'arrays 100,000 deep among the resources': [
    page(`/Resources<</ExtGState ${'['.repeat(100_000)}${']'.repeat(100_000)}>>`),
    deep,
    deep,
    /no page 1/,
  ],
  // What swells.
  'a page that swells to 600 MB': [() => withObjects({ 5: flateOf(swelling()) }), bomb, bomb, swells],
  'a page behind hexadecimal digits that swells to 600 MB': [
    () => withObjects({ 9: stream(hex(swelling()), '/Filter[/ASCIIHexDecode/FlateDecode]') }),
    bomb,
    bomb,
    1,
  ],
  'packed once by LZW and once by Flate': [
    objects({ 9: stream('x', '/Filter[/LZWDecode/FlateDecode]') }),
    /packed several times/,
    /packed several times/,
    1,
  ],
  // What acts.
  'JavaScript on opening': [
    () => catalog('/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>'),
    /action on opening/,
    /action on opening/,
    1,
  ],
  'JavaScript on opening, in another object': [
    objects({
      1: '<</Type/Catalog/Pages 2 0 R/OpenAction 9 0 R>>',
      9: '<</S/JavaScript/JS 10 0 R>>',
      10: stream('app.alert(1)'),
    }),
    /action on opening/,
    /action on opening/,
    1,
  ],
  'JavaScript that follows turning a page': [
    () => catalog('/OpenAction<</S/GoTo/D[4 0 R/Fit]/Next<</S/JavaScript/JS(1)>>>>'),
    /JavaScript/,
    /JavaScript/,
    1,
  ],
  'a program to start': [() => action('/S/Launch/Win<</F(cmd.exe)/P(/c calc)>>'), /Launch/, /Launch/, 1],
  'a link to the web': [link('(https://school.example/a)'), 1, 1, 1],
  'a link that is a script': [link('(javascript:alert\\(1\\))'), script, 1, 1],
  'a link that is a script in hexadecimal': [
    link(`<${Buffer.from('javascript:alert(1)').toString('hex')}>`),
    script,
    1,
    1,
  ],
  'a link that is a script in octal': [link('(\\152avascript:alert\\(1\\))'), script, 1, 1],
  'a link that is a script behind a control character': [link('(\\001javascript:alert\\(1\\))'), script, 1, 1],
  'a link that is a script with a tab in it': [link('(java\\tscript:alert\\(1\\))'), script, 1, 1],
  'a link that is a script in UTF-16': [
    link(`<feff${Buffer.from('javascript:1', 'utf16le').swap16().toString('hex')}>`),
    script,
    1,
    1,
  ],
  'links that all begin as a script': [
    () =>
      withObjects({
        1: '<</Type/Catalog/Pages 2 0 R/URI<</Base(javascript:)>>>>',
        4: '<</Type/Page/Parent 2 0 R/Contents 5 0 R/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(alert\\(1\\))>>>>]>>',
      }),
    script,
    1,
    1,
  ],
  'a file in the table of names': [
    objects({
      1: '<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a)<</F(a.exe)/EF<</F 9 0 R>>>>]>>>>>>',
      9: stream('MZ'),
    }),
    /an attached file/,
    1,
    1,
  ],
  'a file pinned to a page': [
    () => annotated('<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS<</F(a)>>>>'),
    /FileAttachment/,
    1,
    1,
  ],
  // Later versions and signatures.
  'a later version with JavaScript': [
    () => revised(one, '<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(1)>>>>'),
    /action on opening/,
    /action on opening/,
    1,
  ],
  'an empty signature behind its end': [
    () => revised(one, '<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[]>>>>'),
    1,
    1,
    1,
  ],
  'a signature over something else': [
    () =>
      catalog(
        `/Perms<</DocMDP<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 10 99999999 10]/Contents<${'00'.repeat(50)}>>>>>`,
      ),
    1,
    1,
    1,
  ],
  'a version behind its end that is half there': [
    () => revised(one, '<</Type/Catalog/Pages 2 0 R>>').subarray(0, one.length + 30),
    cut,
    cut,
    1,
  ],
  // Locked.
  encrypted: [
    () =>
      tablePdf(pageObjects(1), {
        trailer: `/Encrypt<</Filter/Standard/V 2/R 3/O<${'00'.repeat(32)}>/U<${'00'.repeat(32)}>/P -4>>`,
      }),
    encrypted,
    encrypted,
    encrypted,
  ],
  'encrypted in an object of its own': [
    () => tablePdf({ ...pageObjects(1), 9: '<</Filter/Standard/V 1>>' }, { trailer: '/Encrypt 9 0 R' }),
    encrypted,
    encrypted,
    encrypted,
  ],
  'encrypted behind a cross-reference stream': [
    () => streamPdf(pageObjects(1), '/Encrypt<</V 5>>'),
    encrypted,
    encrypted,
    encrypted,
  ],
  'a stream with a lock of its own': [objects({ 5: stream('x', '/Filter[/Crypt]') }), encrypted, encrypted, /Crypt/],
  // Two things at once.
  'a web page in its second line': [
    edited('%\xe2', '<html><script>1</script>%\xe2'),
    /a web page as well/,
    /a web page as well/,
    1,
  ],
  'a web page before its beginning': [
    () => Buffer.concat([Buffer.from('<html><script>1</script>'), one]),
    'of another type',
    /something else stands before/,
    /not a PDF/,
  ],
  'an archive behind its end': [() => Buffer.concat([one, archived()]), archive, archive, 1],
  'an archive within, whose comment is the rest': [() => archivedWithin({ isExact: true }), archive, archive, 1],
  'an archive within, whose comment is too short': [() => archivedWithin({ isExact: false }), archive, archive, 1],
  'a picture to its beginning': [
    () => Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), one]),
    /a PDF as well/,
    /a PDF as well/,
    /not a PDF/,
  ],
  // Refers to what is elsewhere.
  'a stream in a file of the server': [
    objects({ 5: '<</F(/etc/passwd)/Length 0>>stream\n\nendstream' }),
    /other files/,
    /other files/,
    /other files/,
  ],
  'a picture of a billion pixels': [
    objects({
      4: '<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</XObject<</I 9 0 R>>>>>>',
      5: stream('/I Do'),
      9: stream('', '/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Width 40000/Height 40000'),
    }),
    /100 million pixels/,
    /100 million pixels/,
    /40 million pixels/,
  ],
  // And what is in order.
  'in order, with a table': [() => one, 1, 1, 1],
  'in order, with object streams': [() => streamPdf(pageObjects(3)), 3, 3, 1],
};

function flateOf(packed: Buffer): string {
  return stream(packed, '/Filter/FlateDecode');
}

/** In a comment before the index. */
function archivedWithin({ isExact }: { isExact: boolean }): Buffer {
  const at = text.lastIndexOf('startxref');
  const rest = Buffer.from(`\n${text.slice(at)}`, 'latin1');
  return Buffer.concat([Buffer.from(`${text.slice(0, at)}%`, 'latin1'), archived(isExact ? rest.length : 0), rest]);
}

export const hostilePdfs: Record<string, HostilePdf> = Object.fromEntries(
  Object.entries(rows).map(([name, [make, certificate, letter, artwork]]) => [
    name,
    { make, certificate, letter, artwork },
  ]),
);
