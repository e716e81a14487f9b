/** What marks a specimen: a word across the whole page, and a line at its foot that says what it means. */

import { primaryLanguage } from '../domain/language.ts';
import { specimenMark } from '../domain/specimen.ts';
import { setText, type TextBox } from './layout-text.ts';
import { pdfNumber } from './pdf-objects.ts';
import { type CodeOf, textOperators } from './text-operators.ts';

/** Under the international word, where the language has one of its own. */
const words: Record<string, string> = {
  ar: 'نموذج',
  ca: 'MOSTRA',
  de: 'MUSTER',
  es: 'MUESTRA',
  fr: 'SPÉCIMEN',
  it: 'FACSIMILE',
  pt: 'AMOSTRA',
};

const meaning = 'made with a test key, attests nothing';
const meanings: Record<string, string> = {
  ar: 'أُنشئ بمفتاح تجريبي ولا يُثبت شيئًا',
  es: 'hecha con una clave de prueba, no acredita nada',
};

const red = '#c8102e';
/** Mixed with white, for where nothing can be transparent and the word lies under the page. */
const paleRed = '#f4c9cf';

export interface StampedPage {
  /** Points. */
  width: number;
  height: number;
  /** BCP 47, of the document. */
  language: string;
}

/** Operators that leave the graphics state as they found it. `state` names an ExtGState for the large word: absent, it is pale and to be drawn first. */
export function specimenStamp({ width, height, language }: StampedPage, codeOf: CodeOf, state?: string): string {
  const primary = primaryLanguage(language);
  const own = words[primary];
  const across = {
    ...box(language, Math.hypot(width, height) * (own === undefined ? 0.7 : 0.62), Math.min(width, height) * 0.5, 400),
    lineHeight: 1,
  };
  const text = own === undefined ? specimenMark : `${specimenMark}\n${own}`;
  const angle = Math.atan2(height, width);
  const [cos, sin] = [pdfNumber(Math.cos(angle), 5), pdfNumber(Math.sin(angle), 5)];
  const turned = `${cos} ${sin} ${pdfNumber(-Math.sin(angle), 5)} ${cos} ${pdfNumber(width / 2)} ${pdfNumber(height / 2)} cm\n`;
  const large = textOperators(setText(text, across), state ? red : paleRed, codeOf);
  const sentence = [specimenMark, meanings[primary], meaning].filter((part) => part !== undefined).join(' · ');
  const foot = box(language, width * 0.9, 12, 9);
  const line = textOperators(setText(sentence, foot), red, codeOf);
  const placed = `1 0 0 1 ${pdfNumber(width / 2)} 9 cm\n`;
  // White around the letters, so that they are read on any ground.
  const rim = '2 Tr\n1 1 1 RG\n3 w\n1 j\n';
  return (
    `q\n${state ? `/${state} gs\n` : ''}${turned}${rim}${large}Q\n` +
    `q\n${placed}1 Tr\n1 1 1 RG\n2 w\n1 j\n${line}0 Tr\n${line}Q\n`
  );
}

/** Around the origin, in points; the text is as large as fits. */
function box(language: string, width: number, height: number, size: number): TextBox {
  return {
    x: -width / 2,
    top: height / 2,
    width,
    height,
    style: { family: 'Noto Sans', weight: 700, italic: false },
    size,
    minSize: 3,
    align: 'center',
    verticalAlign: 'middle',
    direction: 'auto',
    lineHeight: 1.2,
    letterSpacing: 0,
    wrap: false,
    language,
  };
}
