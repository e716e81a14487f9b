/** The header row: trimmed, NFC, every name present, allowed and named once. */

import type { Issue } from '../domain/issue.ts';
import { codePointName, findControl, findDirectionOverride, unguard } from '../domain/text.ts';
import { fileFault, fileFaults, fileIssue } from './file-fault.ts';

const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Cleans the cells of the header row.
 * @throws ChanceryError invalid_input with every fault of the header at path `file`
 */
export function readHeader(cells: string[], maxColumns: number): string[] {
  if (cells.length > maxColumns) throw fileFault('too_many_columns', { found: cells.length, max: maxColumns });
  const header = cells.map((cell) => unguard(cell).normalize('NFC'));
  const issues: Issue[] = [];
  const seen = new Set<string>();
  const reported = new Set<string>();
  header.forEach((column, at) => {
    const control = findControl(column, true);
    const override = findDirectionOverride(column);
    if (column === '') issues.push(fileIssue('empty_header', { number: at + 1 }));
    else if (control !== undefined) {
      issues.push(fileIssue('control_character', { codePoint: codePointName(control), number: at + 1 }));
    } else if (override !== undefined) {
      issues.push(fileIssue('bidi_override', { codePoint: codePointName(override), number: at + 1 }));
    } else if (forbidden.has(column)) issues.push(fileIssue('forbidden_header', { column }));
    else if (seen.has(column) && !reported.has(column)) {
      reported.add(column);
      issues.push(fileIssue('duplicate_header', { column: column.slice(0, 200).toWellFormed() }));
    }
    seen.add(column);
  });
  if (issues.length > 0) throw fileFaults(issues);
  return header;
}
