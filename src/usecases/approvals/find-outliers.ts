/** What a signatory should look at before approving: certificates spread evenly over the batch, and the unusual ones with the reason. */

import type { App } from '../../app.ts';
import { findBatch } from '../../db/batches.ts';
import { type ItemCard, readItemCards } from '../../db/item-cards.ts';
import {
  type BatchOutliers,
  type Extreme,
  type FieldOutliers,
  type FieldProbe,
  type Found,
  findOutliers,
} from '../../db/outliers.ts';
import { readTemplateVersion } from '../../db/templates.ts';
import type { Field } from '../../domain/field.ts';
import type { Actor } from '../../domain/permissions.ts';
import { mainScript, type ScriptCode } from '../../domain/script.ts';
import { notFound } from '../../errors.ts';

/** Why a certificate is shown. `field` is what the template calls it; `count` is how many share the reason. */
export type OutlierReason =
  | { kind: 'longest_name'; length: number }
  | { kind: 'foreign_name'; script: ScriptCode; count: number }
  | { kind: 'missing_value'; field: string; count: number }
  | { kind: 'longest_value'; field: string; length: number }
  | { kind: 'least_number' | 'most_number'; field: string; value: number }
  /** `YYYY-MM-DD`. */
  | { kind: 'least_date' | 'most_date'; field: string; date: string }
  | { kind: 'future_issue' | 'old_issue' | 'expired'; count: number };

export interface Outlier extends ItemCard {
  reasons: OutlierReason[];
}

export interface Sample {
  /** At most six. */
  sample: ItemCard[];
  /** `undefined` while a batch so large is still being looked through. */
  outliers: Outlier[] | undefined;
}

const sampleSize = 6;
/** Names the main script is told from; from them the sample is taken too, since some of the places looked at may be faulty rows. */
const probes = 600;
const mostOutliers = 12;
const mostFields = 12;

/** Looked through once for all who ask about the same content; the last few are kept. */
const recent = new Map<string, Promise<Outlier[]>>();
const recentLimit = 64;

/**
 * `content` names what the batch holds now: what was found for it is found again without looking.
 * Waits `patience` milliseconds for the outliers. Measured with three fields, the machine's two cores busy with other things: 0.8 s for
 * 200,000 rows, 8 s for a million, which is longer than a page should take.
 */
export async function findSample(
  app: App,
  { organizationId }: Actor,
  batchId: string,
  content: string,
  patience = 4_000,
): Promise<Sample> {
  const { cards, template, day } = await app.db.organization(organizationId, async (tx) => {
    const batch = await findBatch(tx, organizationId, batchId);
    if (!batch) throw notFound('batch', batchId);
    const version = await readTemplateVersion(tx, organizationId, batch.templateVersionId);
    if (!version) throw notFound('template', batch.templateVersionId);
    return {
      cards: await readItemCards(tx, organizationId, batchId, spread(batch.total, probes)),
      template: version.content,
      day: batch.createdAt.toISOString().slice(0, 10),
    };
  });
  const key = `${batchId} ${content}`;
  let looking = recent.get(key);
  if (!looking) {
    const fields = template.fields.slice(0, mostFields);
    const script = mainScript(cards.map(({ name }) => name));
    looking = app.db.organization(organizationId, async (tx) => {
      const found = await findOutliers(tx, organizationId, batchId, { fields: fields.map(probeOf), script, day });
      const reasons = bySeq(reasonsOf(found, fields, script));
      const shown = await readItemCards(tx, organizationId, batchId, [...reasons.keys()]);
      return [...reasons].flatMap(([seq, why]) =>
        shown.filter((card) => card.seq === seq).map((card) => ({ ...card, reasons: why })),
      );
    });
    looking.catch(() => recent.delete(key));
    if (recent.size >= recentLimit) recent.delete(recent.keys().next().value as string);
    recent.set(key, looking);
  }
  const sample = spread(cards.length, sampleSize).map((at) => cards[at] as ItemCard);
  return { sample, outliers: await inTime(looking, patience) };
}

/** At most `count` places from 0 to `total - 1`, first and last among them. */
function spread(total: number, count: number): number[] {
  if (total <= count) return Array.from({ length: total }, (_, at) => at);
  return Array.from({ length: count }, (_, at) => Math.round((at * (total - 1)) / (count - 1)));
}

async function inTime<T>(work: Promise<T>, patience: number): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, patience, undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function probeOf({ name, type }: Field): FieldProbe {
  if (type === 'evidence') return { name, by: 'count' };
  return { name, by: type === 'number' || type === 'date' ? type : 'length' };
}

type Reasoned = [seq: number, reason: OutlierReason];

/** The most telling first. */
function reasonsOf(found: BatchOutliers, fields: readonly Field[], script: ScriptCode): Reasoned[] {
  const all: Reasoned[] = [];
  const counted = (kind: 'future_issue' | 'old_issue' | 'expired', one: Found | undefined) => {
    if (one) all.push([one.seq, { kind, count: one.count }]);
  };
  const { longestName, foreignNames } = found;
  if (longestName) all.push([longestName.seq, { kind: 'longest_name', length: longestName.value }]);
  if (foreignNames) all.push([foreignNames.seq, { kind: 'foreign_name', script, count: foreignNames.count }]);
  found.fields.forEach(({ missing }, at) => {
    if (missing) all.push([missing.seq, { kind: 'missing_value', field: labelOf(fields[at]), count: missing.count }]);
  });
  counted('expired', found.expired);
  counted('future_issue', found.futureIssue);
  counted('old_issue', found.oldIssue);
  found.fields.forEach((values, at) => {
    all.push(...extremesOf(values, fields[at] as Field));
  });
  return all;
}

const yearOfDays = 366;

function extremesOf({ least, most, average }: FieldOutliers, definition: Field): Reasoned[] {
  const field = labelOf(definition);
  if (!most || definition.type === 'evidence') return [];
  if (definition.type === 'number') {
    if (!least || least.value === most.value) return [];
    const reason = (kind: 'least_number' | 'most_number', { value, seq }: Extreme): Reasoned => [
      seq,
      { kind, field, value },
    ];
    return [reason('least_number', least), reason('most_number', most)];
  }
  if (definition.type === 'date') {
    if (!least || most.value - least.value <= yearOfDays) return [];
    const reason = (kind: 'least_date' | 'most_date', { value, seq }: Extreme): Reasoned => [
      seq,
      { kind, field, date: dayAt(value) },
    ];
    return [reason('least_date', least), reason('most_date', most)];
  }
  // Where all values are about as long as each other, the longest says nothing.
  return most.value > 1.5 * average ? [[most.seq, { kind: 'longest_value', field, length: most.value }]] : [];
}

function labelOf(field: Field | undefined): string {
  return field?.label ?? field?.name ?? '';
}

/** Days since 0001-01-01 as `YYYY-MM-DD`. */
function dayAt(days: number): string {
  const date = new Date(0);
  date.setUTCFullYear(1, 0, 1 + days);
  return date.toISOString().slice(0, 10);
}

/** One certificate may be unusual for several reasons. */
function bySeq(reasons: readonly Reasoned[]): Map<number, OutlierReason[]> {
  const found = new Map<number, OutlierReason[]>();
  for (const [seq, reason] of reasons) {
    const known = found.get(seq);
    if (known) known.push(reason);
    else if (found.size < mostOutliers) found.set(seq, [reason]);
  }
  return found;
}
