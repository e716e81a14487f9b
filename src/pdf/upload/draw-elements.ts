/** A page of text, lines, rectangles and QR codes as operators and the one font they need, for a page that stands in somebody else's document. */

import type { Issue } from '../../domain/issue.ts';
import type { DisplayValues } from '../../domain/placeholder.ts';
import { type Element, fillText, type Template } from '../../domain/template.ts';
import { invalidInput } from '../../errors.ts';
import { qrOperators } from '../draw-codes.ts';
import { lineOperators, rectangleOperators } from '../draw-shapes.ts';
import { DynamicText } from '../dynamic-element.ts';
import { OwnFont, SharedFonts } from '../page-fonts.ts';
import { points } from '../page-space.ts';
import { specimenStamp } from '../specimen-stamp.ts';

export interface DrawnPage {
  widthPt: number;
  heightPt: number;
  /** Latin-1. */
  content: string;
  font: OwnFont;
}

/** `specimen`: stamped as one. Throws `invalid_input` with the issues `missing_glyph` and `text_overflow` at the placeholders at fault. */
export function drawElements(template: Template, values: DisplayValues, specimen = false): DrawnPage {
  const font = new OwnFont();
  const issues: Issue[] = [];
  const size = {
    width: points(template.page.width),
    height: points(template.page.height),
    language: template.language,
  };
  let content = specimen ? specimenStamp(size, (shape) => font.code(shape)) : '';
  for (const element of template.elements) content += draw(element, template, values, font, issues);
  if (issues.length > 0) throw invalidInput('the values do not fit the page', issues);
  return { widthPt: size.width, heightPt: size.height, content, font };
}

function draw(element: Element, template: Template, values: DisplayValues, font: OwnFont, issues: Issue[]): string {
  const { height } = template.page;
  switch (element.type) {
    case 'text': {
      const text = { ...element, text: element.text.normalize('NFC') };
      return new DynamicText(text, height, template.language, new SharedFonts()).draw(values, font, issues);
    }
    case 'line':
      return lineOperators(element, height);
    case 'rectangle':
      return rectangleOperators(element, height, () => '');
    case 'qr':
      return qrOperators(element, fillText(element.value, values), height) ?? '';
    default:
      throw new Error(`a page in somebody else's document has no ${element.type}`);
  }
}
