/** Artwork that is small and would keep its reader busy for minutes, or fill gigabytes. */

import { deflateSync } from 'node:zlib';
import { type Objects, pageObjects, stream, tablePdf } from '../../support/uploaded-pdf.ts';
import type { Verdict } from './hostile.ts';

/** More than the parser may read, and no more: the test must not swell by what it makes. */
const size = 6_000_000;
const contentSize = 19_000_000;
const filled = (unit: string) => unit.repeat(Math.floor(size / unit.length));
/** Each a little different, as far as they go. */
function counted(unit: (number: string) => string): string {
  const parts: string[] = [];
  for (let length = 0, at = 0; length < size; length += (parts.at(-1) as string).length)
    parts.push(unit((at++).toString(36)));
  return parts.join('');
}

const withObjects = (objects: Objects) => tablePdf({ ...pageObjects(1), ...objects });
/** Behind a file that is in order. */
const behind = (rest: string) => Buffer.concat([withObjects({}), Buffer.from(rest, 'latin1')]);
const within = (begin: string, middle: string, end: string) => withObjects({ 9: begin + middle + end });
const packed = (plain: Buffer) => stream(deflateSync(plain), '/Filter/FlateDecode');
const drawing = (content: string | Buffer, resources = '', more: Objects = {}) =>
  withObjects({
    ...more,
    4: `<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<<${resources}>>>>`,
    5: packed(typeof content === 'string' ? Buffer.from(content) : content),
  });

const tooMany = /made of too many objects/;
const swells = /unpacks to more than 20 MB/;

export const laboriousArtwork: Record<string, [make: () => Buffer, verdict: Verdict]> = {
  // To be parsed.
  'millions of blanks': [() => within('', filled(' '), 'null'), tooMany],
  'a comment of millions of bytes': [() => within('%', filled('x'), '\nnull'), tooMany],
  'millions of numbers': [() => within('[', filled('0 '), ']'), tooMany],
  'millions of references': [
    () =>
      within(
        '[',
        counted((number) => `${Number.parseInt(number, 36)} 0 R `),
        ']',
      ),
    tooMany,
  ],
  'millions of names, no two of which are the same': [
    () =>
      within(
        '[',
        counted((number) => `/${number}`),
        ']',
      ),
    tooMany,
  ],
  'a dictionary of millions of keys': [
    () =>
      within(
        '<<',
        counted((number) => `/${number} 0`),
        '>>',
      ),
    tooMany,
  ],
  'millions of empty dictionaries': [() => within('[', filled('<<>>'), ']'), tooMany],
  'a text of millions of letters': [() => within('(', filled('x'), ')'), tooMany],
  'a number of millions of digits': [() => within('', filled('9'), ''), tooMany],
  'words that are no objects': [() => behind(filled('xyz ')), tooMany],
  'objects that never end, each of them read to the end of the file': [() => behind(filled('9 0 obj(')), tooMany],
  'objects that never begin': [() => behind(filled('9 0 obj ')), tooMany],
  'streams that never end': [() => behind(filled('9 0 obj<<>>stream ')), tooMany],
  'a million trailers': [() => behind(filled('trailer<<>>')), tooMany],
  'a million indexes': [() => behind(filled('startxref 1 ')), tooMany],
  // To be looked through and written.
  'nineteen million bytes of names': [() => drawing(Buffer.alloc(contentSize, '/a ')), 1],
  'nineteen million bytes of lines': [() => drawing(Buffer.alloc(contentSize, '0 0 m 1 1 l\n')), 1],
  'a million names, no two of which are the same': [() => drawing(counted((number) => `/${number} gs `)), tooMany],
  'its content a thousand times': [
    () => withObjects({ 4: `<</Type/Page/Parent 2 0 R/Contents[${'5 0 R '.repeat(1_000)}]>>`, 5: stream(filled(' ')) }),
    swells,
  ],
  'its content packed as runs, to 380 MB': [
    () => withObjects({ 5: stream(Buffer.alloc(size, '\x81x', 'latin1'), '/Filter/RunLengthDecode') }),
    swells,
  ],
  'its content packed by LZW': [
    () => withObjects({ 5: stream('x', '/Filter/LZWDecode') }),
    /cannot be read \(LZWDecode\)/,
  ],
  'four thousand forms that share the resources of the page, and name all of each other': [
    () => sharingForms(4_000, 1),
    tooMany,
  ],
  'four thousand forms that share forty thousand resources which they do not name': [
    () => sharingForms(4_000, 40_000),
    tooMany,
  ],
  'half a million numbers in fifty arrays around each other': [
    () => drawing('/G gs', `/ExtGState<</G ${'['.repeat(50)}${'0 '.repeat(500_000)}${']'.repeat(50)}>>`),
    tooMany,
  ],
  'a font of a hundred thousand glyphs that are one': [
    () =>
      drawing('/F Do', '/Font<</F 9 0 R>>', {
        9: `<</Subtype/Type3/CharProcs<<${Array.from({ length: 100_000 }, (_, at) => `/G${at} 10 0 R`).join('')}>>>>`,
        10: stream(''),
      }),
    swells,
  ],
};

function sharingForms(count: number, unused: number): Buffer {
  const numbers = Array.from({ length: count }, (_, at) => at);
  const all = numbers.map((at) => `/F${at} Do `).join('');
  const forms = numbers.map((at) => [
    10 + at,
    stream(
      deflateSync(Buffer.from(unused === 1 ? all.slice(0, 4_000) : '/F0 Do')),
      '/Subtype/Form/BBox[0 0 9 9]/Filter/FlateDecode',
    ),
  ]);
  const others = Array.from({ length: unused }, (_, at) => `/G${at} 10 0 R`).join('');
  const named = numbers.map((at) => `/F${at} ${10 + at} 0 R`).join('');
  return drawing(all, `/XObject<<${named}${others}>>`, Object.fromEntries(forms));
}
