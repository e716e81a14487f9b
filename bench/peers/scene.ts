/** The bench certificate as any library is asked to draw it: vector art, images, texts with their fonts and boxes, a QR code. Points from the upper left corner. */

import { readFileSync } from 'node:fs';
import { qrCode } from '../../src/pdf/qr.ts';
import { parsedCertificate, readSignature, signatories } from '../design-certificate.ts';

export const point = 72 / 25.4;

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const fontFiles = {
  regular: 'NotoSerif-Regular',
  bold: 'NotoSerif-Bold',
  italic: 'NotoSerif-Italic',
  sans: 'NotoSans-Regular',
} as const;
export type FontName = keyof typeof fontFiles;

export const readFont = (name: FontName): Buffer => readFileSync(fontUrl(name));
export const fontUrl = (name: FontName) => new URL(`../../src/pdf/fonts/files/${fontFiles[name]}.ttf`, import.meta.url);

/** Centred in its box, from the top. */
export interface Text extends Box {
  id: string;
  /** With `{{name}}` and the like; without any it is the same on every document. */
  text: string;
  font: FontName;
  size: number;
  /** It shrinks to fit down to this. */
  minSize: number;
  wrap: boolean;
  color: string;
  /** Of the size. */
  lineHeight: number;
  isFixed: boolean;
}

export interface Outline extends Box {
  stroke: string;
  strokeWidth: number;
}

export interface Scene {
  width: number;
  height: number;
  background: string;
  /** SVG path data in millimetres. */
  path: { d: string; stroke: string; strokeWidth: number; opacity: number };
  outlines: Outline[];
  lines: { x: number; y: number; width: number; strokeWidth: number; color: string }[];
  images: (Box & { data: Buffer })[];
  texts: Text[];
  qr: { x: number; y: number; size: number; color: string };
}

/** Of a signature: 420 by 156 pixels. */
const imageShape = 156 / 420;

export async function readScene(): Promise<Scene> {
  const { page, elements } = parsedCertificate();
  const scene: Scene = {
    width: page.width * point,
    height: page.height * point,
    background: page.background?.color ?? '#ffffff',
    path: { d: '', stroke: '', strokeWidth: 0, opacity: 1 },
    outlines: [],
    lines: [],
    images: [],
    texts: [],
    qr: { x: 0, y: 0, size: 0, color: '' },
  };
  for (const element of elements) {
    if (element.type === 'path') {
      const { d, stroke = '', strokeWidth, opacity } = element;
      scene.path = { d, stroke, strokeWidth: strokeWidth * point, opacity };
    } else if (element.type === 'rectangle') {
      const { stroke = '', strokeWidth } = element;
      scene.outlines.push({ ...boxOf(element), stroke, strokeWidth: strokeWidth * point });
    } else if (element.type === 'text') {
      const { text, size, minSize = size, wrap, color, lineHeight, family, weight, italic } = element;
      const font = family === 'Noto Sans' ? 'sans' : weight === 700 ? 'bold' : italic ? 'italic' : 'regular';
      const id = `text${scene.texts.length}`;
      const isFixed = !text.includes('{{');
      scene.texts.push({ ...boxOf(element), id, text, font, size, minSize, wrap, color, lineHeight, isFixed });
    } else if (element.type === 'qr') {
      const { x, y, size, color } = element;
      scene.qr = { x: x * point, y: y * point, size: size * point, color };
    } else if (element.type === 'signatory') await addSignatory(scene, element);
    else throw new Error(`the bench certificate has a new kind of element: ${element.type}`);
  }
  return scene;
}

function boxOf({ x, y, width, height }: Box): Box {
  return { x: x * point, y: y * point, width: width * point, height: height * point };
}

async function addSignatory(
  scene: Scene,
  element: Box & { slot: number; size: number; color: string; lineColor?: string },
): Promise<void> {
  const person = signatories[element.slot - 1];
  if (!person) throw new Error(`nobody signs in slot ${element.slot}`);
  const { x, y, width, height } = boxOf(element);
  const { size, color, lineColor = color } = element;
  const lineHeight = 1.35;
  const lineY = y + height - 1.85 * size * lineHeight - 2;
  const imageWidth = Math.min(width, (lineY - 2 - y) / imageShape);
  const imageHeight = imageWidth * imageShape;
  const image = { x: x + (width - imageWidth) / 2, y: lineY - 2 - imageHeight, width: imageWidth, height: imageHeight };
  scene.images.push({ ...image, data: await readSignature(person.file) });
  scene.lines.push({ x, y: lineY, width, strokeWidth: 0.6, color: lineColor });
  const text = (words: string, top: number, of: number): Text => ({
    ...{ x, y: top, width, height: of * lineHeight, text: words, size: of, minSize: 4, color, lineHeight },
    ...{ id: `text${scene.texts.length}`, font: 'regular', wrap: false, isFixed: true },
  });
  scene.texts.push(text(`${person.firstName} ${person.lastName}`, lineY + 2, size));
  scene.texts.push(text(person.designation, lineY + 2 + size * lineHeight, 0.85 * size));
}

export type Values = Record<string, string>;

export function fillText(text: string, values: Values): string {
  return text.replace(/\{\{([^}]+)\}\}/g, (_, name: string) => values[name] ?? '');
}

/** Of the code's dark modules, a run of a row each: a module is one unit wide. */
export function qrPath(address: string): { modules: number; d: string } {
  const code = qrCode(address, 'M');
  if (!code) throw new Error('the address is too long for a QR code');
  let d = '';
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) {
      if (!code.isDark(x, y)) continue;
      const start = x;
      while (x + 1 < code.size && code.isDark(x + 1, y)) x++;
      d += `M${start} ${y}h${x + 1 - start}v1h-${x + 1 - start}z`;
    }
  }
  return { modules: code.size, d };
}

/** As an SVG of the whole fixed art, where a library reads such. */
export function artSvg({ width, height, path, outlines, lines }: Scene): string {
  const rectangles = outlines.map(
    ({ stroke, strokeWidth, ...box }) =>
      `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" stroke="${stroke}" stroke-width="${strokeWidth}"/>`,
  );
  const strokes = lines.map(
    (line) =>
      `<path d="M${line.x} ${line.y}h${line.width}" stroke="${line.color}" stroke-width="${line.strokeWidth}"/>`,
  );
  const curves = `<path d="${path.d}" transform="scale(${point})" stroke="${path.stroke}" stroke-width="${path.strokeWidth / point}" stroke-opacity="${path.opacity}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}pt" height="${height}pt" viewBox="0 0 ${width} ${height}" fill="none">${curves}${rectangles.join('')}${strokes.join('')}</svg>`;
}
