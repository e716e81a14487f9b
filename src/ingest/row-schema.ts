/** The row-schema program: compiled once from template and column plan, it judges one row in microseconds and names every fault of it at once. */

import type { Field } from '../domain/field.ts';
import type { Issue } from '../domain/issue.ts';
import type { CleanRow, RawRow } from '../domain/item.ts';
import type { Template } from '../domain/template.ts';
import { type CellReader, compileCell, dateCell, type Fault, readEmail, readName } from './cell-reader.ts';
import type { ColumnPlan, ColumnTarget } from './columns.ts';
import {
  codePointName,
  findControl,
  findDirectionOverride,
  isPlain,
  isVisible,
  shown,
  unguard,
  unifyLineBreaks,
} from './text.ts';

type Value = string | number;
type Judge = (raw: RawRow) => { row: CleanRow } | { issues: Issue[] };

interface Step {
  /** Column, or -1 for a value that only a default can give. */
  at: number;
  /** The column's header, or the field's name where there is no column. */
  path: string;
  /** Index into the row's values. */
  slot: number;
  required: boolean;
  /** Line breaks are allowed. */
  lines: boolean;
  fallback: Value | undefined;
  read: CellReader;
}

/** Two dates, by slot, of which `later` must not lie before `earlier`. */
interface Order {
  earlier: number;
  later: number;
  path: string;
  other: string;
}

const builtInSlots = { name: 0, email: 1, issueDate: 2, expiryDate: 3 } as const;
const firstFieldSlot = 4;

/**
 * Pure; the same row always gives the same answer. `path` of an issue is the column's header as in the file (`row` for a ragged row, the
 * field's name where the file has no such column); `params.value` is the offending value, cut to 200 characters and safe to store and show.
 */
export function compileRowSchema(template: Template, plan: ColumnPlan): Judge {
  const fields = template.fields;
  const steps = compileSteps(fields, plan);
  const orders = compileOrders(fields, steps);
  const expected = plan.header.length;
  const slots = firstFieldSlot + fields.length;
  return (raw) => {
    const { faults } = raw;
    if (faults?.some(({ path }) => path === 'row')) return { issues: faults };
    const found = raw.cells.length;
    if (found !== expected) return { issues: [{ path: 'row', code: 'ragged_row', params: { found, expected } }] };
    const values = new Array<Value | undefined>(slots).fill(undefined);
    let issues: Issue[] | undefined = faults && [...faults];
    for (const step of steps) {
      if (faults?.some(({ path }) => path === step.path)) continue;
      const value = runStep(step, raw.cells);
      if (typeof value !== 'object') values[step.slot] = value;
      else {
        issues ??= [];
        issues.push({ path: step.path, ...value });
      }
    }
    for (const order of orders) {
      const [earlier, later] = [values[order.earlier], values[order.later]];
      if (earlier === undefined || later === undefined || later >= earlier) continue;
      issues ??= [];
      issues.push({ path: order.path, code: 'date_order', params: { other: order.other, value: String(later) } });
    }
    return issues === undefined ? { row: cleanRow(values, fields) } : { issues };
  };
}

function compileSteps(fields: readonly Field[], plan: ColumnPlan): Step[] {
  const columnOf = (wanted: (target: ColumnTarget) => boolean) => plan.targets.findIndex(wanted);
  const date = dateCell(plan.dateFormat);
  const builtIn = (to: keyof typeof builtInSlots, read: CellReader, required: boolean): Step => {
    const at = columnOf((target) => target.to === to);
    const path = plan.header[at] ?? to;
    return { at, path, slot: builtInSlots[to], required, lines: false, fallback: undefined, read };
  };
  return [
    builtIn('name', readName, true),
    builtIn('email', readEmail, true),
    builtIn('issueDate', date, false),
    builtIn('expiryDate', date, false),
    ...fields.map((field, index): Step => {
      const at = columnOf((target) => target.to === 'field' && target.field === field.name);
      return {
        at,
        path: plan.header[at] ?? field.name,
        slot: firstFieldSlot + index,
        required: field.required,
        lines: field.type === 'text',
        fallback: field.default,
        read: compileCell(field),
      };
    }),
  ];
}

function compileOrders(fields: readonly Field[], steps: readonly Step[]): Order[] {
  const pathOf = (slot: number) => steps.find((step) => step.slot === slot)?.path ?? '';
  const order = (earlier: number, later: number): Order => ({
    earlier,
    later,
    path: pathOf(later),
    other: pathOf(earlier),
  });
  const orders = [order(builtInSlots.issueDate, builtInSlots.expiryDate)];
  fields.forEach((field, index) => {
    if (field.type !== 'date' || field.notBefore === undefined) return;
    const other = fields.findIndex((one) => one.type === 'date' && one.name === field.notBefore);
    if (other !== -1) orders.push(order(firstFieldSlot + other, firstFieldSlot + index));
  });
  return orders;
}

function runStep(step: Step, cells: readonly string[]): Value | undefined | Fault {
  const text = step.at === -1 ? '' : cleanText(cells[step.at] as string, step.lines);
  if (typeof text === 'object') return text;
  if (text !== '') return step.read(text);
  if (step.fallback !== undefined) return step.fallback;
  return step.required ? { code: 'required' } : undefined;
}

/** The cell's text: trimmed, NFC, line breaks as `\n`; a text of which nothing can be seen is empty. */
function cleanText(cell: string, lines: boolean): string | Fault {
  if (cell === '') return '';
  const text = unguard(cell);
  if (isPlain(text)) return text;
  const value = lines ? unifyLineBreaks(text) : text;
  const control = findControl(value, lines);
  if (control !== undefined) {
    return { code: 'control_character', params: { codePoint: codePointName(control), value: shown(text) } };
  }
  const override = findDirectionOverride(value);
  if (override !== undefined) {
    return { code: 'bidi_override', params: { codePoint: codePointName(override), value: shown(text) } };
  }
  // U+FFFD is what an earlier program left of a character it could not read: it has to be typed again as well.
  if (!value.isWellFormed() || value.includes('\ufffd'))
    return { code: 'malformed_text', params: { value: shown(text) } };
  return isVisible(value) ? value.normalize('NFC') : '';
}

function cleanRow(values: readonly (Value | undefined)[], fields: readonly Field[]): CleanRow {
  const clean: Record<string, Value> = {};
  for (let index = 0; index < fields.length; index++) {
    const value = values[firstFieldSlot + index];
    if (value !== undefined) clean[(fields[index] as Field).name] = value;
  }
  return {
    name: values[builtInSlots.name] as string,
    email: values[builtInSlots.email] as string,
    issueDate: (values[builtInSlots.issueDate] as string | undefined) ?? null,
    expiryDate: (values[builtInSlots.expiryDate] as string | undefined) ?? null,
    fields: clean,
  };
}
