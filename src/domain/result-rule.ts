/** What a template lets a result be: the choices of its field, or what the achievement's result says it may be. */

import type { Field } from './field.ts';
import { resultStatuses } from './open-badge-vocabulary.ts';
import type { Template } from './template.ts';

export interface ResultRule {
  /** Of the template: the field bound to the result. */
  field: Field;
  /** Ordered as the template orders them; absent: any text. */
  allowed?: readonly string[];
  /** Bounds of a number; absent where `allowed` says all. */
  min?: number;
  max?: number;
}

const decimal = /^[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)$/;

/** The number that a text writes with digits and a point, or undefined. */
export function decimalOf(text: string | undefined): number | undefined {
  return text !== undefined && decimal.test(text) ? Number(text) : undefined;
}

/** Undefined where no field is bound to the result. */
export function resultRule({ bindings, achievement, fields }: Template): ResultRule | undefined {
  const field = fields.find(({ name }) => name === bindings.result);
  if (!field) return undefined;
  if (field.type === 'choice') return { field, allowed: field.choices };
  const { type, allowedValues, min, max } = achievement.result ?? {};
  if (allowedValues?.length) return { field, allowed: allowedValues };
  if (type === 'Status') return { field, allowed: resultStatuses };
  return { field, min: decimalOf(min), max: decimalOf(max) };
}
