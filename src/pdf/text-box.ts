/** The box, in points, in which a text element is set. */

import type { TextElement } from '../domain/template.ts';
import type { TextBox } from './layout-text.ts';
import { boxInPoints } from './page-space.ts';

export function textBox(element: TextElement, pageHeight: number, language: string): TextBox {
  const box = boxInPoints(element, pageHeight);
  return {
    x: box.x,
    top: box.y + box.height,
    width: box.width,
    height: box.height,
    style: { family: element.family, weight: element.weight, italic: element.italic },
    size: element.size,
    minSize: element.minSize ?? element.size,
    align: element.align,
    verticalAlign: element.verticalAlign,
    direction: element.direction,
    lineHeight: element.lineHeight,
    letterSpacing: element.letterSpacing,
    wrap: element.wrap,
    language: element.language ?? language,
  };
}
