/** PDFKit at its best: fonts opened once by fontkit and shared; PDF/A-3b and the attachment are its own features. */

import { create } from 'fontkit';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';
import { fitText } from './fit-text.ts';
import { type Peer, versionOf } from './peer.ts';
import { type FontName, fillText, fontFiles, point, qrPath, readFont, readScene, type Scene } from './scene.ts';

const names = Object.keys(fontFiles) as FontName[];

export async function openPdfkit(): Promise<Peer> {
  const scene = await readScene();
  // Its reading of a palette with alpha gives thin grey lines.
  for (const image of scene.images)
    image.data = await sharp(image.data).ensureAlpha().png({ palette: false }).toBuffer();
  const fonts = Object.fromEntries(names.map((name) => [name, create(readFont(name))]));
  return {
    version: versionOf('pdfkit'),
    remark: 'PDF/A-3b, credential attached; no seal',
    make: async ({ facts, values, credential }) => {
      const document = new PDFDocument({
        size: [scene.width, scene.height],
        margin: 0,
        pdfVersion: '1.7',
        subset: 'PDF/A-3b',
        font: null,
        info: { Title: `Certificate of Achievement: ${facts.name}` },
      });
      const parts: Buffer[] = [];
      document.on('data', (part) => parts.push(part));
      const ended = new Promise((resolve) => document.once('end', resolve));
      for (const name of names) document.registerFont(name, fonts[name]);
      drawArt(document, scene);
      for (const text of scene.texts) {
        document.font(text.font).fillColor(text.color);
        document.fontSize(1_000);
        const measure = (words: string) => document.widthOfString(words) / 1_000;
        const { size, lines } = fitText(text, fillText(text.text, values), measure);
        document.fontSize(size);
        const step = text.lineHeight * size;
        const inset = (step - document.currentLineHeight()) / 2;
        lines.forEach((line, at) => {
          const x = text.x + (text.width - line.width) / 2;
          document.text(line.text, x, text.y + at * step + inset, { lineBreak: false });
        });
      }
      const { modules, d } = qrPath(facts.verificationUrl);
      const { x, y, size, color } = scene.qr;
      document
        .save()
        .translate(x, y)
        .scale(size / modules)
        .path(d)
        .fill(color)
        .restore();
      const made = new Date(`${facts.issueDate}T00:00:00Z`);
      document.file(credential, {
        name: 'credential.json',
        type: 'application/vc+ld+json',
        relationship: 'Data',
        ...{ creationDate: made, modifiedDate: made },
      });
      document.end();
      await ended;
      return Buffer.concat(parts);
    },
  };
}

function drawArt(document: PDFDocument, { width, height, background, path, outlines, lines, images }: Scene): void {
  document.rect(0, 0, width, height).fill(background);
  document
    .save()
    .scale(point)
    .lineWidth(path.strokeWidth / point)
    .strokeOpacity(path.opacity);
  document.path(path.d).stroke(path.stroke).restore();
  for (const { x, y, width, height, stroke, strokeWidth } of outlines)
    document.lineWidth(strokeWidth).rect(x, y, width, height).stroke(stroke);
  for (const { data, x, y, width, height } of images) document.image(data, x, y, { width, height });
  for (const { x, y, width, strokeWidth, color } of lines)
    document
      .lineWidth(strokeWidth)
      .moveTo(x, y)
      .lineTo(x + width, y)
      .stroke(color);
}
