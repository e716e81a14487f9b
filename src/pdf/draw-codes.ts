/** QR codes and barcodes as PDF operators: a QR code is a one-bit image mask, some 200 bytes, drawn in one colour. */

import type { Element } from '../domain/template.ts';
import { code128 } from './barcode.ts';
import { boxInPoints } from './page-space.ts';
import { pdfColor, pdfNumber } from './pdf-objects.ts';
import { qrCode } from './qr.ts';

export type QrElement = Extract<Element, { type: 'qr' }>;
export type BarcodeElement = Extract<Element, { type: 'barcode' }>;

/** Light modules that must surround a code (ISO/IEC 18004); a coloured background includes them. */
const quietZone = 4;

/** Undefined when the value is longer than a QR code can hold. */
export function qrOperators(element: QrElement, value: string, pageHeight: number): string | undefined {
  const code = qrCode(value, element.errorCorrection);
  if (!code) return undefined;
  const { x, y, width } = boxInPoints({ ...element, width: element.size, height: element.size }, pageHeight);
  const n = pdfNumber;
  const ground = element.background
    ? `${pdfColor(element.background)} rg\n${n(x)} ${n(y)} ${n(width)} ${n(width)} re\nf\n`
    : '';
  const margin = element.background ? (width * quietZone) / (code.size + 2 * quietZone) : 0;
  const side = n(width - 2 * margin);
  return (
    `q\n${ground}${pdfColor(element.color)} rg\n${side} 0 0 ${side} ${n(x + margin)} ${n(y + margin)} cm\n` +
    `BI/W ${code.size}/H ${code.size}/IM true/BPC 1/D[1 0]/F/AHx ID\n${code.hexRows()}>\nEI\nQ\n`
  );
}

/** Width of a module in points below which printers no longer keep bars apart. */
const narrowest = 0.25;

/** `unencodable`: not printable ASCII; `narrow`: the bars would be too thin for the box. */
export function barcodeOperators(
  element: BarcodeElement,
  value: string,
  pageHeight: number,
): { operators: string } | { fault: 'unencodable' | 'narrow' } {
  const barcode = code128(value);
  if (!barcode) return { fault: 'unencodable' };
  const box = boxInPoints(element, pageHeight);
  const module = box.width / barcode.modules;
  if (module < narrowest) return { fault: 'narrow' };
  const bars = barcode.bars.map(
    (bar) =>
      `${pdfNumber(box.x + bar.at * module)} ${pdfNumber(box.y)} ${pdfNumber(bar.width * module)} ${pdfNumber(box.height)} re\n`,
  );
  return { operators: `${pdfColor(element.color)} rg\n${bars.join('')}f\n` };
}
