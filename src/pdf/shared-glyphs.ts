/** Texts whose glyphs nearly every document needs, so that they belong in the constant part: plain letters, dates, choices, what is always printed. */

import type { Template, TextElement } from '../domain/template.ts';
import { fillText, placeholdersOf } from '../domain/template.ts';

const plain = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');
const ligatures = 'fi fl ff ffi ffl';
/** Letters of names in the languages of Europe that are written in Latin; without them two documents in three need a font of their own. */
const european =
  'àáâãäåæçèéêëìíîïðñòóôõöøùúûüýÿþßāăąćčďđēėęěğģīįıķļľłńņňőœřśşșšţťțūůűųźżž' +
  'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝÞĆČĎĐĘĚĞĪİĽŁŃŇŐŒŘŚŞȘŠŢŤȚŪŮŰŹŻŽ‘’–“”„';

const alphabets: Record<string, string> = {
  el: 'αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏ',
  cyrillic: 'абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўјљњћђџѓќѕ' + 'АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЇЄҐЎЈЉЊЋЂЏЃЌЅ',
};
const cyrillicLanguages = new Set(['be', 'bg', 'kk', 'ky', 'mk', 'mn', 'ru', 'sr', 'tg', 'uk']);

/** Letters of the template's language beyond Latin, where a face of the style has them. */
function alphabetOf(language: string): string {
  const [primary = ''] = language.toLowerCase().split('-');
  return alphabets[cyrillicLanguages.has(primary) ? 'cyrillic' : primary] ?? '';
}

export interface SampleText {
  text: string;
  /** Letters are to stand alone, without ligatures. */
  apart: boolean;
}

/** What an element always says. */
export function literalText(element: TextElement): string {
  return fillText(element.text, {}).replace(/\s+/g, ' ');
}

/** Samples of what an element with placeholders may say. */
export function sampleTexts(element: TextElement, template: Template): SampleText[] {
  const samples: SampleText[] = [
    { text: plain, apart: true },
    { text: ligatures, apart: false },
    { text: alphabetOf(element.language ?? template.language), apart: true },
  ];
  for (const name of placeholdersOf(element.text)) {
    if (name === 'name') samples.push({ text: european, apart: true });
    const field = template.fields.find((one) => one.name === name);
    if (name === 'issue_date' || name === 'expiry_date' || field?.type === 'date')
      samples.push({ text: dates(template), apart: false });
    if (field?.type === 'choice') samples.push({ text: field.choices.slice(0, 50).join(' '), apart: false });
  }
  return samples;
}

/** The twelve months as the template writes them. */
function dates(template: Template): string {
  if (template.dateStyle === 'iso') return '';
  const format = new Intl.DateTimeFormat(template.language, { dateStyle: template.dateStyle, timeZone: 'UTC' });
  const days = Array.from({ length: 12 }, (_, month) => format.format(Date.UTC(2019, month, 10 + 2 * month)));
  return days.join(' ').normalize('NFC');
}
