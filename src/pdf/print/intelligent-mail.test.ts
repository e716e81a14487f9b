/** Intelligent Mail barcodes: the published vectors, and bars read back from a printed page. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { pageObjects, tablePdf } from '../../../test/support/uploaded-pdf.ts';
import { barcodeWidth, intelligentMailBars } from './intelligent-mail.ts';
import { picturesByPdfium, piece, planOf, written } from './print-run.test-support.ts';

const tracking = '01234567094987654321';
/** USPS-B-3200, the worked examples; the eleven check bits are spread over all bars, so that a wrong one would show anywhere. */
const published: Record<string, string> = {
  '': 'ATTFATTDTTADTAATTDTDTATTDAFDDFADFDFTFFFFFTATFAAAATDFFTDAADFTFDTDT',
  '01234': 'DTTAFADDTTFTDTFTFDTDDADADAFADFATDDFTAAAFDTTADFAAATDFDTDFADDDTDFFT',
  '012345678': 'ADFTTAFDTTTTFATTADTAAATFTFTATDAAAFDDADATATDTDTTDFDTDATADADTDFFTFA',
  '01234567891': 'AADTFFDFTDADTAADAATFDTDDAAADDTDTTDAFADADDDTFFFDDTTTADFAAADFTDAADA',
};

for (const [routing, bars] of Object.entries(published))
  test(`the published barcode with ${routing === '' ? 'no routing' : `routing ${routing}`}`, () => {
    assert.equal(intelligentMailBars(tracking + routing), bars);
  });

test('bars read from the picture of a page are those of the digits', async () => {
  const digits = '00270200802005045061123456789';
  const plan = planOf([piece(1, { barcode: digits })]);
  const { pdf } = await written(tablePdf(pageObjects(1)), plan);
  const [page] = await picturesByPdfium(pdf, 6);
  assert.ok(page);
  const { left, top } = plan.product.recipient;
  const width = barcodeWidth(270);
  let bars = '';
  for (let at = 0; at < 65; at++) {
    const x = left + 0.72 + (at * (width - 1.44)) / 64;
    // The barcode is the first thing in its panel, 2.88 points below the edge and 10.44 high.
    const [up, down] = [page.ink(x, top + 2.88 + 1.2), page.ink(x, top + 2.88 + 10.44 - 1.2)];
    assert.ok(page.ink(x, top + 2.88 + 5.22), `bar ${at} has a middle`);
    bars += up ? (down ? 'F' : 'A') : down ? 'D' : 'T';
  }
  assert.equal(bars, intelligentMailBars(digits));
  // A point and a half to either side of the whole nothing is printed.
  for (const x of [left - 1.5, left + width + 1.5]) assert.ok(!page.ink(x, top + 2.88 + 5.22));
});

test('bars stand as close as the standard allows, whatever room there is', () => {
  const inches = (available: number) => 64 / ((barcodeWidth(available) - 1.44) / 72);
  for (const available of [50, 194, 200, 211, 400]) {
    assert.ok(inches(available) >= 20 && inches(available) <= 24.001, `${inches(available)} bars an inch`);
  }
  assert.ok(barcodeWidth(400) >= 2.667 * 72 && barcodeWidth(400) <= 3.225 * 72);
});
