/** One reader per field type, compiled from the field: a clean, non-empty text in, its value or the first fault out. */

import type { Fault } from '../domain/clean-text.ts';
import type { Field, FieldValue } from '../domain/field.ts';
import { withoutEndZeros } from '../domain/plain-digits.ts';
import { isSafeNumber } from '../domain/signable.ts';
import { codePoints, shown } from '../domain/text.ts';
import { dateReader, writeDate } from './calendar-date.ts';
import { isEmailAddress } from './email-address.ts';
import { evidenceCell } from './evidence-cell.ts';

/** Gives the value itself, or a {@link Fault}; undefined if the text says that there is no value. */
export type CellReader = (text: string) => FieldValue | Fault | undefined;

const longestName = 200;
const longestUrl = 2_000;
const decimal = /^[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$/;
/** As programs write what needs it; what they mean is told by the fault. */
const exponential = /^[+-]?[0-9]+(?:\.[0-9]+)?e[+-]?[0-9]{1,4}$/i;
const absoluteUrl = /^https?:\/\/[^\s\p{C}<>"{}|\\^`]+$/iu;

export const readName: CellReader = (text) => {
  const length = codePoints(text);
  return length > longestName ? { code: 'too_long', params: { length, max: longestName, value: shown(text) } } : text;
};

export const readEmail: CellReader = (text) =>
  isEmailAddress(text) ? text : { code: 'not_an_email', params: { value: shown(text) } };

/** A reader of dates without bounds, for the issue and expiry date. */
export function dateCell(format: string): CellReader {
  const read = dateReader(format);
  return (text) => read(text) ?? { code: 'not_a_date', params: { format, value: shown(text) } };
}

export function compileCell(field: Field): CellReader {
  switch (field.type) {
    case 'text':
      return textCell(field);
    case 'number':
      return numberCell(field);
    case 'date':
      return boundedDateCell(field);
    case 'email':
      return readEmail;
    case 'url':
      return readUrl;
    case 'choice':
      return choiceCell(field.choices);
    case 'evidence':
      return evidenceCell(field);
  }
}

function textCell({ minLength, maxLength }: Extract<Field, { type: 'text' }>): CellReader {
  return (text): string | Fault => {
    const length = codePoints(text);
    if (length > maxLength) return { code: 'too_long', params: { length, max: maxLength, value: shown(text) } };
    if (minLength !== undefined && length < minLength) {
      return { code: 'too_short', params: { length, min: minLength, value: shown(text) } };
    }
    return text;
  };
}

function numberCell({ min, max }: Extract<Field, { type: 'number' }>): CellReader {
  return (text): number | Fault => {
    const number = decimal.test(text) ? Number(text) : Number.NaN;
    if (exponential.test(text) && !(isSafeNumber(Number(text)) && Math.abs(Number(text)) < 1e21))
      return { code: 'number_unsafe', params: { value: shown(text) } };
    if (!Number.isFinite(number)) return { code: 'not_a_number', params: { value: shown(text) } };
    if (!isExact(text, number)) return { code: 'number_unsafe', params: { value: shown(text) } };
    if (min !== undefined && number < min) return { code: 'too_small', params: { min, value: shown(text) } };
    if (max !== undefined && number > max) return { code: 'too_large', params: { max, value: shown(text) } };
    return number === 0 ? 0 : number;
  };
}

/** Whether the number says all the digits that were typed. Up to 15 significant digits always survive a double; longer ones are compared. */
function isExact(text: string, number: number): boolean {
  if (number === 0) return !/[1-9]/.test(text);
  if (!isSafeNumber(number)) return false;
  if (text.length <= 15) return true;
  const [whole, fraction = ''] = text.replace(/^[+-]/, '').split('.') as [string, string?];
  const digits = whole.replace(/^0+(?=.)/, '') || '0';
  const rest = withoutEndZeros(fraction);
  return String(Math.abs(number)) === (rest === '' ? digits : `${digits}.${rest}`);
}

function boundedDateCell({ format, min, max }: Extract<Field, { type: 'date' }>): CellReader {
  const read = dateReader(format);
  const lowest = min === undefined ? '' : writeDate(min, format);
  const highest = max === undefined ? '' : writeDate(max, format);
  return (text): string | Fault => {
    const date = read(text);
    if (date === undefined) return { code: 'not_a_date', params: { format, value: shown(text) } };
    if (min !== undefined && date < min) return { code: 'too_small', params: { min: lowest, value: shown(text) } };
    if (max !== undefined && date > max) return { code: 'too_large', params: { max: highest, value: shown(text) } };
    return date;
  };
}

const readUrl: CellReader = (text): string | Fault => {
  if (text.length > longestUrl) {
    return { code: 'too_long', params: { length: text.length, max: longestUrl, value: shown(text) } };
  }
  return absoluteUrl.test(text) && URL.canParse(text) ? text : { code: 'not_a_url', params: { value: shown(text) } };
};

export function choiceCell(choices: readonly string[]): CellReader {
  const known = new Map(choices.map((choice) => [choice.normalize('NFC').trim(), choice]));
  const listed = choices.length > 20 ? [...choices.slice(0, 20), '…'] : choices;
  return (text) => known.get(text) ?? { code: 'not_a_choice', params: { choices: listed, value: shown(text) } };
}
