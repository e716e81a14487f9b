/** pdf-lib with fontkit as its users fill a form: the fixed part of the page is prepared once, loaded for each document and drawn upon. */

import fontkit from '@pdf-lib/fontkit';
import { PDFDocument, type PDFFont, type PDFPage, rgb } from 'pdf-lib';
import { fitText } from './fit-text.ts';
import { type Peer, versionOf } from './peer.ts';
import {
  type FontName,
  fillText,
  point,
  qrPath,
  readFont,
  readScene,
  type Scene,
  type Text,
  type Values,
} from './scene.ts';

export async function openPdfLib(): Promise<Peer> {
  const scene = await readScene();
  const prepared = await prepareBase(scene);
  const files = { regular: readFont('regular'), sans: readFont('sans') };
  const texts = scene.texts.filter(({ isFixed }) => !isFixed);
  return {
    version: versionOf('pdf-lib'),
    remark: 'fixed part drawn once, then loaded; credential attached; no PDF/A, no seal',
    async make({ facts, values, credential }) {
      const document = await PDFDocument.load(prepared);
      document.registerFontkit(fontkit);
      document.setTitle(`Certificate of Achievement: ${facts.name}`);
      const page = document.getPage(0);
      const fonts = {
        regular: await document.embedFont(files.regular, { subset: true }),
        sans: await document.embedFont(files.sans, { subset: true }),
      };
      for (const text of texts) drawText(page, text, values, fonts[text.font as keyof typeof fonts], scene.height);
      const { modules, d } = qrPath(facts.verificationUrl);
      const { x, y, size, color } = scene.qr;
      page.drawSvgPath(d, { x, y: scene.height - y, scale: size / modules, color: colorOf(color) });
      await document.attach(credential, 'credential.json', { mimeType: 'application/vc+ld+json' });
      return document.save();
    },
  };
}

/** Everything that is the same on each document. */
export async function prepareBase(scene: Scene): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.registerFontkit(fontkit);
  const page = document.addPage([scene.width, scene.height]);
  const top = scene.height;
  page.drawRectangle({ x: 0, y: 0, width: scene.width, height: top, color: colorOf(scene.background) });
  const { d, stroke, strokeWidth, opacity } = scene.path;
  const pen = { borderColor: colorOf(stroke), borderWidth: strokeWidth / point, borderOpacity: opacity };
  page.drawSvgPath(d, { x: 0, y: top, scale: point, ...pen });
  for (const { x, y, width, height, stroke, strokeWidth } of scene.outlines)
    page.drawRectangle({
      x,
      y: top - y - height,
      width,
      height,
      borderColor: colorOf(stroke),
      borderWidth: strokeWidth,
    });
  for (const { data, x, y, width, height } of scene.images)
    page.drawImage(await document.embedPng(data), { x, y: top - y - height, width, height });
  for (const { x, y, width, strokeWidth, color } of scene.lines)
    page.drawLine({
      start: { x, y: top - y },
      end: { x: x + width, y: top - y },
      thickness: strokeWidth,
      color: colorOf(color),
    });
  const fonts = new Map<FontName, PDFFont>();
  for (const text of scene.texts) {
    if (!text.isFixed) continue;
    const font = fonts.get(text.font) ?? (await document.embedFont(readFont(text.font), { subset: true }));
    fonts.set(text.font, font);
    drawText(page, text, {}, font, top);
  }
  return document.save();
}

function drawText(page: PDFPage, text: Text, values: Values, font: PDFFont, top: number): void {
  const { size, lines } = fitText(text, fillText(text.text, values), (words) => font.widthOfTextAtSize(words, 1));
  const step = text.lineHeight * size;
  const ascent = font.heightAtSize(size, { descender: false });
  const baseline = (step - font.heightAtSize(size)) / 2 + ascent;
  lines.forEach((line, at) => {
    const x = text.x + (text.width - line.width) / 2;
    page.drawText(line.text, { x, y: top - text.y - at * step - baseline, size, font, color: colorOf(text.color) });
  });
}

function colorOf(hex: string) {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return rgb(part(1), part(3), part(5));
}
