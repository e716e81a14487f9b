/** What is unusual among the items of a batch, found in one pass over them: extremes by their place, and how many lack or break something. */

import { foreignLetters, type ScriptCode } from '../domain/script.ts';
import type { Tx } from './open.ts';

export interface FieldProbe {
  name: string;
  /** What of a value is compared: its characters, its size, its day, or how many it is. */
  by: 'length' | 'number' | 'date' | 'count';
}

export interface OutlierProbe {
  fields: readonly FieldProbe[];
  /** What most names are written in. */
  script: ScriptCode;
  /** Day of the batch, `YYYY-MM-DD`. */
  day: string;
}

/** How many there are and the first of them. */
export interface Found {
  count: number;
  seq: number;
}

export interface Extreme {
  /** Characters, the number itself, days since 0001-01-01, or how many. */
  value: number;
  seq: number;
}

export interface FieldOutliers {
  missing?: Found;
  least?: Extreme;
  most?: Extreme;
  /** Of `length` and `count`: over all values. */
  average: number;
}

export interface BatchOutliers {
  total: number;
  longestName?: Extreme;
  foreignNames?: Found;
  futureIssue?: Found;
  /** More than a year before the batch. */
  oldIssue?: Found;
  /** Expires on the day of the batch or before it. */
  expired?: Found;
  /** In the order of the probe. */
  fields: FieldOutliers[];
}

/** A whole measure and the place of its item in one bigint: comparing arrays costs three times as much. */
const room = 2 ** 24;
const most = (measure: string) => `max(${measure} * ${room} + ${room - 1} - seq)`;
const found = (condition: string, as: string) =>
  `count(*) filter (where ${condition})::int as "${as}Count", min(seq) filter (where ${condition}) as "${as}Seq"`;

/** Reads the accepted items of the batch once. `offset 0` has each value taken out of the row once, not once for each aggregate. */
export async function findOutliers(
  tx: Tx,
  organizationId: string,
  batchId: string,
  { fields, script, day }: OutlierProbe,
): Promise<BatchOutliers> {
  const values: unknown[] = [organizationId, batchId, foreignLetters(script), day];
  const taken = fields.map((field, at) => `, ${measureOf(field, `$${values.push(field.name)}`)} as v${at}`).join('');
  // No name without a byte beyond ASCII has a letter that is foreign to Latin: the pattern is spared them.
  const foreign = `${script === 'Latn' ? 'octet_length(name) > char_length(name) and ' : ''}name ~ $3`;
  const { rows } = await tx.query<Row>(
    `select count(*)::int as total, ${most('length')} as "longestName", ${found('is_foreign', 'foreignNames')},
       ${found('issue_date > $4::date', 'futureIssue')}, ${found('issue_date < $4::date - 366', 'oldIssue')},
       ${found('expiry_date <= $4::date', 'expired')}${fields.map((field, at) => `, ${columnsOf(field, at)}`).join('')}
     from (select seq, char_length(name)::bigint as length, ${foreign} as is_foreign, issue_date, expiry_date${taken}
           from item where organization_id = $1 and batch_id = $2 and status = 'accepted' offset 0) looked_at`,
    values,
  );
  const row = rows[0] as Row;
  return {
    total: row.total as number,
    longestName: greatest(row.longestName),
    foreignNames: foundIn(row, 'foreignNames'),
    futureIssue: foundIn(row, 'futureIssue'),
    oldIssue: foundIn(row, 'oldIssue'),
    expired: foundIn(row, 'expired'),
    fields: fields.map((_, at) => ({
      missing: foundIn(row, `missing${at}`),
      average: Number(row[`average${at}`] ?? 0),
      least: smallest(row[`least${at}`]),
      most: greatest(row[`most${at}`]),
    })),
  };
}

function measureOf({ by }: FieldProbe, name: string): string {
  if (by === 'length') return `char_length(fields ->> ${name})::bigint`;
  if (by === 'count') return `jsonb_array_length(fields -> ${name})::bigint`;
  if (by === 'date') return `((fields ->> ${name})::date - date '0001-01-01')::bigint`;
  return `(fields ->> ${name})::float8`;
}

function columnsOf({ by }: FieldProbe, at: number): string {
  const missing = found(`v${at} is null`, `missing${at}`);
  if (by === 'length' || by === 'count')
    return `${missing}, ${most(`v${at}`)} as "most${at}", avg(v${at})::float8 as "average${at}"`;
  if (by === 'date') return `${missing}, ${most(`v${at}`)} as "most${at}", min(v${at} * ${room} + seq) as "least${at}"`;
  const extreme = (aggregate: 'min' | 'max') => `${aggregate}(array[v${at}, seq]) filter (where v${at} is not null)`;
  return `${missing}, ${extreme('min')} as "least${at}", ${extreme('max')} as "most${at}"`;
}

type Row = Record<string, number | [number, number] | null>;

function foundIn(row: Row, name: string): Found | undefined {
  const [count, seq] = [row[`${name}Count`], row[`${name}Seq`]];
  return typeof count === 'number' && typeof seq === 'number' ? { count, seq } : undefined;
}

type Measured = Row[string] | undefined;

function smallest(measured: Measured): Extreme | undefined {
  if (typeof measured === 'number') return { value: Math.floor(measured / room), seq: measured % room };
  return measured ? { value: measured[0], seq: measured[1] } : undefined;
}

function greatest(measured: Measured): Extreme | undefined {
  const extreme = smallest(measured);
  return extreme && typeof measured === 'number' ? { ...extreme, seq: room - 1 - extreme.seq } : extreme;
}
