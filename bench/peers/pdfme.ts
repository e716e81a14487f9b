/** pdfme as its documentation says: a base PDF with the fixed part, and text and QR code fields upon it. */

import { generate } from '@pdfme/generator';
import { barcodes, text as textField } from '@pdfme/schemas';
import { prepareBase } from './pdf-lib.ts';
import { type Peer, versionOf } from './peer.ts';
import { fillText, point, readFont, readScene } from './scene.ts';

export async function openPdfme(): Promise<Peer> {
  const scene = await readScene();
  const basePdf = await prepareBase(scene);
  const texts = scene.texts.filter(({ isFixed }) => !isFixed);
  const fields = texts.map(({ id, x, y, width, height, font, size, minSize, wrap, color, lineHeight }) => ({
    name: id,
    type: 'text',
    position: { x: x / point, y: y / point },
    width: width / point,
    height: height / point,
    fontName: font,
    fontSize: size,
    dynamicFontSize: { min: minSize, max: size, fit: wrap ? 'vertical' : 'horizontal' },
    fontColor: color,
    lineHeight,
    alignment: 'center',
    verticalAlignment: 'top',
  }));
  const { x, y, size, color } = scene.qr;
  const qr = {
    name: 'qr',
    type: 'qrcode',
    position: { x: x / point, y: y / point },
    width: size / point,
    height: size / point,
    backgroundColor: scene.background,
    barColor: color,
  };
  const template = { basePdf, schemas: [[...fields, qr]] };
  const font = {
    regular: { data: readFont('regular'), fallback: true, subset: true },
    sans: { data: readFont('sans'), subset: true },
  };
  const plugins = { text: textField, qrcode: barcodes.qrcode };
  return {
    version: versionOf('@pdfme/generator'),
    remark: 'fixed part is the base PDF; no attachment, no PDF/A, no seal',
    make({ facts, values }) {
      const words = Object.fromEntries(texts.map(({ id, text }) => [id, fillText(text, values)]));
      return generate({
        template,
        inputs: [{ ...words, qr: facts.verificationUrl }],
        plugins,
        options: { font, title: `Certificate of Achievement: ${facts.name}` },
      });
    },
  };
}
