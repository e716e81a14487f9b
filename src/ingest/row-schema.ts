/** The row-schema program: compiled once from template and column plan, it judges one row in microseconds and names every fault of it at once. */

import { cleanText, type Fault, isFault } from '../domain/clean-text.ts';
import { defaultOf, type Field, type FieldValue } from '../domain/field.ts';
import type { Issue } from '../domain/issue.ts';
import type { CleanRow, RawRow } from '../domain/item.ts';
import type { Template } from '../domain/template.ts';
import { shown, unguard } from '../domain/text.ts';
import { compileBoundCell } from './bound-cell.ts';
import { type CellReader, dateCell, readEmail, readName } from './cell-reader.ts';
import type { ColumnPlan, ColumnTarget } from './columns.ts';

type Judge = (raw: RawRow) => { row: CleanRow } | { issues: Issue[] };

interface Step {
  /** Column, or -1 for a value that only a default can give. */
  at: number;
  /** The column's header, or the field's name where there is no column. */
  path: string;
  /** Index into the row's values. */
  slot: number;
  required: boolean;
  /** What is cleaned: a text of one line or of several, or nothing, since the reader does it part by part. */
  clean: 'line' | 'lines' | 'parts';
  fallback: FieldValue | undefined;
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
  const steps = compileSteps(template, plan);
  const orders = compileOrders(template, steps);
  const links = compileLinks(template, steps);
  const expected = plan.header.length;
  const verbatim = plan.verbatim === true;
  const slots = firstFieldSlot + fields.length;
  return (raw) => {
    const { faults } = raw;
    if (faults?.some(({ path }) => path === 'row')) return { issues: faults };
    const found = raw.cells.length;
    if (found !== expected) return { issues: [{ path: 'row', code: 'ragged_row', params: { found, expected } }] };
    const values = new Array<FieldValue | undefined>(slots).fill(undefined);
    let issues: Issue[] | undefined = faults && [...faults];
    for (const step of steps) {
      if (faults?.some(({ path }) => path === step.path)) continue;
      const value = runStep(step, raw.cells, verbatim);
      if (!isFault(value)) values[step.slot] = value;
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
    const repeated = repeatedLink(links, values);
    if (repeated) {
      issues ??= [];
      issues.push(repeated);
    }
    return issues === undefined ? { row: cleanRow(values, fields) } : { issues };
  };
}

function compileSteps(template: Template, plan: ColumnPlan): Step[] {
  const columnOf = (wanted: (target: ColumnTarget) => boolean) => plan.targets.findIndex(wanted);
  const date = dateCell(plan.dateFormat);
  const builtIn = (to: keyof typeof builtInSlots, read: CellReader, required: boolean): Step => {
    const at = columnOf((target) => target.to === to);
    const path = plan.header[at] ?? to;
    return { at, path, slot: builtInSlots[to], required, clean: 'line', fallback: undefined, read };
  };
  return [
    builtIn('name', readName, true),
    builtIn('email', readEmail, true),
    builtIn('issueDate', date, false),
    builtIn('expiryDate', date, false),
    ...template.fields.map((field, index): Step => {
      const at = columnOf((target) => target.to === 'field' && target.field === field.name);
      return {
        at,
        path: plan.header[at] ?? field.name,
        slot: firstFieldSlot + index,
        required: field.required,
        clean: field.type === 'text' ? 'lines' : field.type === 'evidence' ? 'parts' : 'line',
        fallback: defaultOf(field),
        read: compileBoundCell(template, asPlanned(field, plan)),
      };
    }),
  ];
}

function asPlanned(field: Field, { fieldDateFormat }: ColumnPlan): Field {
  return field.type === 'date' && fieldDateFormat ? { ...field, format: fieldDateFormat } : field;
}

function compileOrders({ fields, bindings }: Template, steps: readonly Step[]): Order[] {
  const pathOf = (slot: number) => steps.find((step) => step.slot === slot)?.path ?? '';
  const order = (earlier: number, later: number): Order => ({
    earlier,
    later,
    path: pathOf(later),
    other: pathOf(earlier),
  });
  const orders = [order(builtInSlots.issueDate, builtInSlots.expiryDate)];
  const add = (earlier: string | undefined, later: string | undefined) => {
    const [from, to] = [earlier, later].map(
      (name) => firstFieldSlot + fields.findIndex((one) => one.type === 'date' && one.name === name),
    ) as [number, number];
    if (from < firstFieldSlot || to < firstFieldSlot) return;
    if (!orders.some((known) => known.earlier === from && known.later === to)) orders.push(order(from, to));
  };
  for (const field of fields) if (field.type === 'date') add(field.notBefore, field.name);
  // No activity ends before it began, whether or not the template says so.
  add(bindings.activityStartDate, bindings.activityEndDate);
  return orders;
}

/** Values whose addresses become evidence of one credential: they must be different, or they would be one piece. */
function compileLinks({ fields, bindings }: Template, steps: readonly Step[]): { slot: number; path: string }[] {
  const names = [...bindings.evidence.map(({ field }) => field), bindings.evidenceField];
  return [...new Set(names)].flatMap((name) => {
    const slot = firstFieldSlot + fields.findIndex((field) => field.name === name);
    const step = steps.find((one) => one.slot === slot);
    return step ? [{ slot, path: step.path }] : [];
  });
}

function repeatedLink(
  links: readonly { slot: number; path: string }[],
  values: readonly (FieldValue | undefined)[],
): Issue | undefined {
  if (links.length < 2) return undefined;
  const seen = new Set<string>();
  for (const { slot, path } of links) {
    const value = values[slot];
    if (value === undefined) continue;
    for (const url of typeof value === 'object' ? value.map((piece) => piece.url) : [String(value)]) {
      if (seen.has(url)) return { path, code: 'evidence_repeated', params: { value: shown(url) } };
      seen.add(url);
    }
  }
  return undefined;
}

function runStep(step: Step, cells: readonly string[], verbatim: boolean): FieldValue | undefined | Fault {
  const cell = step.at === -1 ? '' : (cells[step.at] as string);
  const given = verbatim ? cell.trim() : unguard(cell);
  const text = step.clean === 'parts' ? given : cleanText(given, step.clean === 'lines');
  if (isFault(text)) return text;
  const value = text === '' ? undefined : step.read(text);
  if (value !== undefined) return value;
  if (step.fallback !== undefined) return step.fallback;
  return step.required ? { code: 'required' } : undefined;
}

function cleanRow(values: readonly (FieldValue | undefined)[], fields: readonly Field[]): CleanRow {
  const clean: Record<string, FieldValue> = {};
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
