/** A recipient of the request as the cells of a row: a number as its digits, evidence as the list it is; what is of the wrong kind is a fault of the row. */

import type { Issue } from '../../domain/issue.ts';
import type { RawRow } from '../../domain/item.ts';
import { plainDigits } from '../../domain/plain-digits.ts';
import type { RecipientField } from './recipient-fields.ts';

type Cells = Pick<RawRow, 'cells' | 'faults'>;

/** Keys that no field has are ignored; null is the same as leaving a field out. */
export function recipientCells(fields: readonly RecipientField[], recipient: unknown): Cells {
  if (typeof recipient !== 'object' || recipient === null || Array.isArray(recipient))
    return { cells: fields.map(() => ''), faults: [{ path: 'row', code: 'not_an_object' }] };
  const faults: Issue[] = [];
  const cells = fields.map((field) => {
    const value = Object.hasOwn(recipient, field.wire) ? (recipient as Record<string, unknown>)[field.wire] : undefined;
    if (value === undefined || value === null) return '';
    if (field.type === 'evidence' && value !== '') return JSON.stringify(value);
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return plainDigits(String(value));
    const text = JSON.stringify(value);
    faults.push(wrongKind(field, shown(text)));
    return text;
  });
  return faults.length > 0 ? { cells, faults } : { cells };
}

/** Said as of a text of the same field that cannot be read. */
function wrongKind({ wire: path, type }: RecipientField, value: string): Issue {
  switch (type) {
    case 'number':
      return { path, code: 'not_a_number', params: { value } };
    case 'date':
      return { path, code: 'not_a_date', params: { format: 'YYYY-MM-DD', value } };
    case 'email':
      return { path, code: 'not_an_email', params: { value } };
    default:
      return { path, code: 'not_text', params: { value } };
  }
}

/** JSON itself escapes control characters, but not those that turn a line around. */
const shown = (text: string) => text.slice(0, 200).replace(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
