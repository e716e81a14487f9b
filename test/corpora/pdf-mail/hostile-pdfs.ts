/** PDFs that act, hide, lie or are broken, written object by object: each with the reason it must be refused with. */

import { deflateSync } from 'node:zlib';
import { type Objects, pageObjects, stream, streamPdf, tablePdf } from '../../support/uploaded-pdf.ts';

export type Corpus = Record<string, [Buffer, RegExp]>;

/** One page and these objects beside or instead of its own. */
export const withObjects = (objects: Objects) => tablePdf({ ...pageObjects(1), ...objects });
export const catalog = (entries: string) => withObjects({ 1: `<</Type/Catalog/Pages 2 0 R${entries}>>` });
export const annotated = (annotation: string) =>
  withObjects({ 4: `<</Type/Page/Parent 2 0 R/Contents 5 0 R/Annots[${annotation}]>>` });
export const action = (entries: string) => annotated(`<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<<${entries}>>>>`);
export const one = tablePdf(pageObjects(1));
const text = one.toString('latin1');
const edited = (from: string | RegExp, to: string) => Buffer.from(text.replace(from, to), 'latin1');
/** 110 MB of nothing. */
const nothing = deflateSync(Buffer.alloc(110_000_000));
export const bomb = `<</Filter/FlateDecode/Length ${nothing.length}>>stream\n${nothing.toString('latin1')}\nendstream`;

/** As self-extracting archives are made: the archive's directory at the end, hidden from PDF readers in a comment's place. */
function zipped(pdf: Buffer): Buffer {
  const directory = Buffer.alloc(22);
  directory.write('PK\x05\x06', 'latin1');
  return Buffer.concat([pdf, directory]);
}

/** Whatever it is uploaded as. */
export const everywhere: Corpus = {
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
  'acts when a page is shown': [
    withObjects({ 4: '<</Type/Page/Parent 2 0 R/Contents 5 0 R/AA<</O<</S/Named/N/Print>>>>>>' }),
    /action that nobody asked for/,
  ],
  'is an XFA form': [catalog('/AcroForm<</Fields[]/XFA[(template)3 0 R]>>'), /XFA/],
  'plays media': [annotated('<</Subtype/RichMedia/Rect[0 0 9 9]>>'), /RichMedia/],
  'is a portfolio': [catalog('/Collection<</View/D>>'), /portfolio/],
  'reads a stream from elsewhere': [withObjects({ 5: '<</F(a)/Length 0>>stream\n\nendstream' }), /other files/],
  'says that it has 10,000 pages': [
    withObjects({ 2: '<</Type/Pages/Count 10000/Kids[4 0 R]>>' }),
    /another number of pages/,
  ],
  'has pages in a circle': [withObjects({ 2: '<</Type/Pages/Count 1/Kids[2 0 R]>>' }), /in a circle/],
  'calls a font a page': [withObjects({ 4: '<</Type/Font/Parent 2 0 R>>' }), /a page is something else/],
  'has no page': [withObjects({ 2: '<</Type/Pages/Count 0/Kids[]>>' }), /no pages/],
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

/** Harmless on paper, where nobody follows a link or opens an attachment. */
export const onScreen: Corpus = {
  'leads to other files': [action('/S/GoToR/F(other.pdf)/D[0/Fit]'), /GoToR/],
  'has a link that is a script': [action('/S/URI/URI(javascript:alert\\(1\\))'), /link of the kind "javascript"/],
  'has a link to a local file': [action('/S/URI/URI(file:///etc/passwd)'), /link of the kind "file"/],
  'carries a file': [withObjects({ 9: stream('MZ', '/Type/EmbeddedFile') }), /an attached file/],
  'names a file inside': [withObjects({ 9: '<</Type/Filespec/F(a)/EF<</F 3 0 R>>>>' }), /an attached file/],
  'has a file pinned to a page': [annotated('<</Subtype/FileAttachment/Rect[0 0 9 9]>>'), /FileAttachment/],
};
