/** The display value of every placeholder of one item: dates in the template's language, numbers as given, evidence by its names. */

import { countOf, type FieldValue, textOf } from './field.ts';
import type { ItemFacts } from './item.ts';
import type { Template } from './template.ts';

export type DisplayValues = Record<string, string>;

/** Builds the function that turns an item's facts into display values; formatters are made once. */
export function displayValuesOf(template: Template, organizationName: string): (facts: ItemFacts) => DisplayValues {
  const formatDate = dateFormatter(template);
  const dateFields = new Set(template.fields.filter((field) => field.type === 'date').map((field) => field.name));
  return (facts) => {
    const values: DisplayValues = {
      name: facts.name,
      email: facts.email,
      issue_date: formatDate(facts.issueDate),
      expiry_date: facts.expiryDate === null ? '' : formatDate(facts.expiryDate),
      reference_id: facts.referenceId,
      credential_id: facts.id,
      verification_url: facts.verificationUrl,
      organization_name: organizationName,
    };
    for (const name of Object.keys(facts.fields)) {
      const value = facts.fields[name] as FieldValue;
      const text = textOf(value);
      values[name] = dateFields.has(name) ? formatDate(text) : text;
      if (typeof value === 'object') values[countOf(name)] = String(value.length);
    }
    return values;
  };
}

/** By language and style; making one costs half a millisecond, which a batch of one mail would notice. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(language: string, dateStyle: 'long' | 'medium' | 'short'): Intl.DateTimeFormat {
  const key = `${language} ${dateStyle}`;
  const known = formats.get(key);
  if (known) return known;
  const format = new Intl.DateTimeFormat(language, { dateStyle, timeZone: 'UTC' });
  if (formats.size >= 1_000) formats.clear();
  formats.set(key, format);
  return format;
}

function dateFormatter(template: Template): (isoDate: string) => string {
  if (template.dateStyle === 'iso') return (date) => date;
  const format = formatOf(template.language, template.dateStyle);
  const seen = new Map<string, string>();
  return (date) => {
    let text = seen.get(date);
    if (text === undefined) {
      if (seen.size > 5_000) seen.clear();
      text = format.format(new Date(`${date}T00:00:00Z`)).normalize('NFC');
      seen.set(date, text);
    }
    return text;
  };
}
