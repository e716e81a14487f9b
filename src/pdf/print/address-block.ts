/** What is printed above the pages: the recipient's address with barcode and piece code in one panel, the sender's in another. */

import type { PlannedPiece } from '../../domain/print-plan.ts';
import type { Panel, PrintProduct, Size } from '../../domain/print-product.ts';
import { setText, type TextBox } from '../layout-text.ts';
import { type CodeOf, textOperators } from '../text-operators.ts';
import { barcodeHeight, barcodeOperators, barcodeWidth, clearZone } from './intelligent-mail.ts';
import { addressStyle } from './missing-glyphs.ts';
import { type Matrix, matrixOperator } from './place-page.ts';

const sizes = { recipient: 11, sender: 9, least: 5, endorsement: 7, code: 5.5 } as const;
const lineHeight = 1.15;

/** Operators for a page of that size. */
export function recipientBlock(
  piece: PlannedPiece,
  { recipient, turns, endorsement }: PrintProduct,
  page: Size,
  codeOf: CodeOf,
): string {
  return inPanel(recipient, turns, page, ({ width, height }) => {
    const line = (text: string, top: number, size: number, align: TextBox['align']) =>
      drawn(text, { ...plain, top, width, height: size * lineHeight, size, align }, codeOf);
    const beside = piece.barcode !== '' && width - barcodeWidth(width) - clearZone.side >= codeRoom(piece.code);
    const hasTopLine = endorsement !== '' || !beside;
    let operators = line(endorsement, height, sizes.endorsement, 'left');
    let top = hasTopLine ? height - sizes.endorsement * lineHeight - 1 : height;
    operators += line(piece.code, beside ? top - clearZone.above : height, sizes.code, 'right');
    if (piece.barcode !== '') {
      top -= clearZone.above + barcodeHeight;
      operators += barcodeOperators(piece.barcode, 0, top, width);
      top -= clearZone.above;
    }
    const language = languageOf(piece.addressLines);
    const box = { ...plain, top, width, height: Math.max(1, top), size: sizes.recipient, language };
    return operators + drawn(piece.addressLines.join('\n'), box, codeOf);
  });
}

export function senderBlock(piece: PlannedPiece, { sender, turns }: PrintProduct, page: Size, codeOf: CodeOf): string {
  return inPanel(sender, turns, page, ({ width, height }) => {
    const language = languageOf(piece.returnLines);
    const box = { ...plain, top: height, width, height, size: sizes.sender, language };
    return drawn(piece.returnLines.join('\n'), box, codeOf);
  });
}

/** Digits and a dash, each hardly wider than 0.6 em. */
const codeRoom = (code: string) => code.length * sizes.code * 0.6;

const plain: TextBox = {
  x: 0,
  top: 0,
  width: 0,
  height: 0,
  style: addressStyle,
  size: 0,
  minSize: sizes.least,
  align: 'left',
  verticalAlign: 'top',
  direction: 'auto',
  lineHeight,
  letterSpacing: 0,
  wrap: false,
  language: 'en',
};

function drawn(text: string, box: TextBox, codeOf: CodeOf): string {
  if (text === '') return '';
  const fitting = { ...box, minSize: Math.min(box.minSize, box.size) };
  return textOperators(setText(text, fitting), '#000000', codeOf);
}

/** Draws with the panel's lower left corner, as it is read, at the origin. */
function inPanel({ left, top, width, height }: Panel, turns: number, page: Size, draw: (size: Size) => string): string {
  const bottom = page.height - top - height;
  const placed: Matrix[] = [
    [1, 0, 0, 1, left, bottom],
    [0, -1, 1, 0, left, bottom + height],
    [-1, 0, 0, -1, left + width, bottom + height],
    [0, 1, -1, 0, left + width, bottom],
  ];
  const operators = draw(turns % 2 === 0 ? { width, height } : { width: height, height: width });
  return operators === '' ? '' : `q\n${matrixOperator(placed[turns] as Matrix)}${operators}Q\n`;
}

/** Han characters look different from country to country; kana and Hangul tell by themselves. */
const eastAsia: [country: RegExp, language: string][] = [
  [/JAPAN/, 'ja'],
  [/KOREA/, 'ko'],
  [/TAIWAN|HONG KONG|MACA[OU]/, 'zh-Hant'],
];

function languageOf(lines: readonly string[]): string {
  const text = lines.join(' ');
  if (/[\p{sc=Hira}\p{sc=Kana}]/u.test(text)) return 'ja';
  if (/\p{sc=Hang}/u.test(text)) return 'ko';
  const country = lines.at(-1)?.toUpperCase() ?? '';
  return eastAsia.find(([pattern]) => pattern.test(country))?.[1] ?? 'en';
}
