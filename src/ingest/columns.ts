/** Decides once, from the header, where each column goes; the plan is plain JSON and holds for every row of the batch. */

import { defaultOf, type Field } from '../domain/field.ts';
import type { Issue } from '../domain/issue.ts';
import type { Template } from '../domain/template.ts';
import { fileIssue } from './file-fault.ts';

export type ColumnTarget =
  | { to: 'name' | 'email' | 'issueDate' | 'expiryDate' }
  | { to: 'field'; field: string }
  | { to: 'ignored' };

export interface ColumnPlan {
  header: string[];
  /** One for each column of the header. */
  targets: ColumnTarget[];
  /** How the cells of the issue and expiry dates are written, e.g. `DD-MM-YYYY`. */
  dateFormat: string;
  /** How date fields are written, whatever the template says; absent: as it says. */
  fieldDateFormat?: Extract<Field, { type: 'date' }>['format'];
  /** Whether cells are as a program sent them; absent: a spreadsheet wrote them, which puts a quote before what looks like a formula. */
  verbatim?: true;
}

/** A door's words for the columns every batch has; the first of each list is the one used in issues. */
export interface ColumnNames {
  name: string[];
  email: string[];
  issueDate: string[];
  expiryDate: string[];
  dateFormat: string;
  /** Whether `Name` and `name` are different columns. */
  exactCase: boolean;
}

/** Columns that the file of failed rows adds; ignored, so that a corrected file can be handed in as it is. */
const ownColumns = new Set(['_error', '_row']);
const builtIn = ['name', 'email', 'issueDate', 'expiryDate'] as const;

interface Wanted {
  target: ColumnTarget;
  /** Best first. */
  words: string[];
  required: boolean;
}

/**
 * Finds a column for the built-in values and for each field of the template; other columns are ignored.
 * Issues, all at path `file`: `missing_header`, and `duplicate_header` where columns differ only by case.
 */
export function planColumns(
  header: string[],
  template: Template,
  names: ColumnNames,
): { plan: ColumnPlan } | { issues: Issue[] } {
  const issues: Issue[] = [];
  const free = new Map<number, string>();
  header.forEach((column, at) => {
    if (!ownColumns.has(column.trim().toLowerCase())) free.set(at, tidy(column));
  });
  const targets: ColumnTarget[] = header.map(() => ({ to: 'ignored' }));
  const open = wantedColumns(template, names);
  const folds = names.exactCase ? [asWritten] : [asWritten, foldCase];
  for (const [from, to] of [
    [0, 1],
    [1, undefined],
  ] as const) {
    for (const fold of folds) {
      for (const wanted of open) {
        if (targets.includes(wanted.target)) continue;
        const found = firstMatch(wanted.words.slice(from, to), free, fold);
        if (found === undefined) continue;
        targets[found] = wanted.target;
        free.delete(found);
      }
    }
  }
  if (!names.exactCase) issues.push(...open.flatMap((wanted) => repeats(wanted, free)));
  for (const wanted of open) {
    if (wanted.required && !targets.includes(wanted.target)) {
      issues.push(fileIssue('missing_header', { column: wanted.words[0] as string }));
    }
  }
  return issues.length > 0 ? { issues } : { plan: { header, targets, dateFormat: names.dateFormat } };
}

function wantedColumns(template: Template, names: ColumnNames): Wanted[] {
  return [
    ...builtIn.map((to) => ({
      target: { to },
      words: names[to].map(tidy),
      required: to === 'name' || to === 'email',
    })),
    ...template.fields.map((field) => ({
      target: { to: 'field' as const, field: field.name },
      words: [tidy(field.name)],
      required: needsColumn(field),
    })),
  ];
}

function needsColumn(field: Field): boolean {
  return field.required && defaultOf(field) === undefined;
}

function firstMatch(words: string[], free: Map<number, string>, fold: (text: string) => string): number | undefined {
  for (const word of words) {
    for (const [at, column] of free) if (fold(column) === fold(word)) return at;
  }
  return undefined;
}

/** Columns left over that are the first word in other case: which one was meant cannot be known. */
function repeats(wanted: Wanted, free: Map<number, string>): Issue[] {
  const word = foldCase(wanted.words[0] ?? '');
  return [...free.values()]
    .filter((column) => foldCase(column) === word)
    .map((column) => fileIssue('duplicate_header', { column }));
}

function tidy(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

function asWritten(text: string): string {
  return text;
}

function foldCase(text: string): string {
  return text.toLowerCase();
}
