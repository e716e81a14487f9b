/** Where a signatory signs: the signature stands on the line; name and designation stand below it. */

import type { SignatoryElement } from '../domain/template.ts';
import type { TextBox } from './layout-text.ts';
import type { Box } from './page-space.ts';
import { pdfColor, pdfNumber } from './pdf-objects.ts';

export interface Signatory {
  slot: number;
  name: string;
  designation: string;
  /** PNG. */
  signature?: Uint8Array;
}

/** What the slot's parts are drawn with; a part's text is refused under its name. */
export interface SignatoryPens {
  text(text: string, box: TextBox, part: 'name' | 'designation'): string;
  image(data: Uint8Array, room: Box): Promise<string>;
}

/** The designation's size, as a part of the name's. */
const designationScale = 0.85;
const lineHeight = 1.35;
/** Points between the line and what stands on it. */
const gap = 2;
const lineWidth = 0.6;
const smallestSize = 4;

export async function signatoryOperators(
  element: SignatoryElement,
  signatory: Signatory,
  box: Box,
  language: string,
  pens: SignatoryPens,
): Promise<string> {
  const { size } = element;
  const below = signatory.designation === '' ? 0 : designationScale;
  const lineY = box.y + (1 + below) * size * lineHeight + gap;
  const line = (top: number, scale: number): TextBox => ({
    x: box.x,
    top,
    width: box.width,
    height: scale * size * lineHeight,
    style: { family: element.family, weight: 400, italic: false },
    size: scale * size,
    minSize: Math.min(smallestSize, scale * size),
    align: 'center',
    verticalAlign: 'top',
    direction: 'auto',
    lineHeight,
    letterSpacing: 0,
    wrap: false,
    language,
  });
  const n = pdfNumber;
  let operators = '';
  if (signatory.signature) {
    const room = { x: box.x, y: lineY + gap, width: box.width, height: Math.max(1, box.y + box.height - lineY - gap) };
    operators += await pens.image(signatory.signature, room);
  }
  operators +=
    `q\n${pdfColor(element.lineColor ?? element.color)} RG\n${n(lineWidth)} w\n` +
    `${n(box.x)} ${n(lineY)} m\n${n(box.x + box.width)} ${n(lineY)} l\nS\nQ\n`;
  operators += pens.text(signatory.name, line(lineY - gap, 1), 'name');
  if (below > 0)
    operators += pens.text(signatory.designation, line(lineY - gap - size * lineHeight, below), 'designation');
  return operators;
}
