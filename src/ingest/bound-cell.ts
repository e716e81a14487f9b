/** The reader of a field that fills a part of the credential: its type's, held to what that part may be. */

import { isFault } from '../domain/clean-text.ts';
import type { Field } from '../domain/field.ts';
import { decimalOf, type ResultRule, resultRule } from '../domain/result-rule.ts';
import { isSafeWebIri } from '../domain/signable.ts';
import type { Template } from '../domain/template.ts';
import { shown } from '../domain/text.ts';
import { type CellReader, choiceCell, compileCell } from './cell-reader.ts';

/** `field` is one of the template's, perhaps with another date format. */
export function compileBoundCell(template: Template, field: Field): CellReader {
  const read = compileCell(field);
  if (template.bindings.evidence.some((evidence) => evidence.field === field.name)) return linkCell(read);
  const rule = resultRule(template);
  // A choice is held to its own list already.
  if (rule?.field.name !== field.name || field.type === 'choice') return read;
  return rule.allowed ? listedCell(read, rule.allowed) : boundedCell(read, rule);
}

/** JSON-LD would take some addresses for something else; they are refused before anything is issued. */
function linkCell(read: CellReader): CellReader {
  return (text) => {
    const value = read(text);
    return typeof value === 'string' && !isSafeWebIri(value)
      ? { code: 'not_a_url', params: { value: shown(value) } }
      : value;
  };
}

function listedCell(read: CellReader, allowed: readonly string[]): CellReader {
  const choose = choiceCell(allowed);
  return (text) => {
    const value = read(text);
    if (value === undefined || isFault(value)) return value;
    const chosen = choose(String(value));
    return isFault(chosen) || typeof value === 'string' ? chosen : value;
  };
}

function boundedCell(read: CellReader, { min, max }: ResultRule): CellReader {
  if (min === undefined && max === undefined) return read;
  return (text) => {
    const value = read(text);
    if (value === undefined || isFault(value)) return value;
    const number = decimalOf(String(value));
    const fault = { value: shown(String(value)) };
    if (number === undefined) return { code: 'not_a_number', params: fault };
    if (min !== undefined && number < min) return { code: 'too_small', params: { min, ...fault } };
    if (max !== undefined && number > max) return { code: 'too_large', params: { max, ...fault } };
    return value;
  };
}
