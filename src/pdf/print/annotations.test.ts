/** Annotations on paper: what was seen on the screen is printed where it stood, what only reacts to a reader is not. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { type Objects, pageObjects, stream, tablePdf } from '../../../test/support/uploaded-pdf.ts';
import { picturesByPdfium, piece, planOf, written } from './print-run.test-support.ts';

/** A page with one annotation whose appearance is a red square of ten by ten units, shown at 100 to 140, 600 to 640. */
async function printed(annotation: string, form = '/BBox[0 0 10 10]', more: Objects = {}) {
  const objects: Objects = pageObjects(1);
  objects[4] = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<<>>/Contents 5 0 R/Annots[8 0 R]>>';
  objects[5] = stream('');
  objects[8] = `<</Type/Annot/Rect[140 640 100 600]${annotation}>>`;
  objects[9] = stream('1 0 0 rg 0 0 10 10 re f', `/Type/XObject${form}`);
  const { pdf } = await written(tablePdf({ ...objects, ...more }), planOf([piece(1)]));
  const [, page] = await picturesByPdfium(pdf);
  assert.ok(page);
  assert.ok(!page.red(98, 792 - 620) && !page.red(142, 792 - 620), 'nothing beside its rectangle');
  return page.red(103, 792 - 603) && page.red(137, 792 - 637);
}

const square = '/AP<</N 9 0 R>>';
const cases: [what: string, annotation: string, seen: boolean][] = [
  ['a stamp marked for paper', `/Subtype/Stamp/F 4${square}`, true],
  ['a stamp that nobody marked', `/Subtype/Stamp${square}`, true],
  ['a filled field', `/Subtype/Widget/FT/Tx${square}`, true],
  ['a hidden one', `/Subtype/Stamp/F 6${square}`, false],
  ['one that is not to be viewed', `/Subtype/Stamp/F 32${square}`, false],
  ['one for paper only', `/Subtype/Watermark/F 36${square}`, true],
  ['a button to press', `/Subtype/Widget/FT/Btn/Ff 65536${square}`, false],
  ['a link', `/Subtype/Link${square}`, false],
  ['a note that pops up', `/Subtype/Popup/F 4${square}`, false],
  ['a box that is ticked', '/Subtype/Widget/FT/Btn/F 4/AS/Yes/AP<</N<</Yes 9 0 R/Off 5 0 R>>>>', true],
  ['a box that is not', '/Subtype/Widget/FT/Btn/F 4/AS/Off/AP<</N<</Yes 9 0 R/Off 5 0 R>>>>', false],
  ['one without an appearance', '/Subtype/Stamp/F 4', false],
];
for (const [what, annotation, seen] of cases)
  test(`${what} is ${seen ? 'printed' : 'not printed'}`, async () => {
    assert.equal(await printed(annotation), seen);
  });

test('an appearance that is moved and turned in itself still fills the rectangle', async () => {
  assert.ok(await printed(`/Subtype/Stamp/F 4${square}`, '/Subtype/Form/BBox[0 0 10 10]/Matrix[0 2 -2 0 77 5]'));
});

test('one on a layer that is off is not printed', async () => {
  const layers = {
    1: '<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[10 0 R]/D<</OFF[10 0 R]>>>>>>',
    10: '<</Type/OCG/Name(off)>>',
  };
  assert.ok(!(await printed(`/Subtype/Stamp/F 4/OC 10 0 R${square}`, '/BBox[0 0 10 10]', layers)));
  assert.ok(await printed(`/Subtype/Stamp/F 4/OC 10 0 R${square}`, '/BBox[0 0 10 10]', { 10: layers[10] }));
});
