/** Whether a template's words are those of Open Badges, and whether what it says of results agrees with the field that is bound to them. */

import { defaultOf, type Field } from './field.ts';
import { achievementTypes, isWordOf, resultStatuses, resultTypes } from './open-badge-vocabulary.ts';
import { decimalOf, type ResultRule, resultRule } from './result-rule.ts';
import type { Template } from './template.ts';

type Fault = (path: string, reason: string) => void;

export function checkAchievement(template: Template, fault: Fault): void {
  const { result, type } = template.achievement;
  if (!isWordOf(achievementTypes, type))
    fault('achievement.type', `is none of ${achievementTypes.join(', ')} and no ext:…`);
  if (result) {
    if (!isWordOf(resultTypes, result.type))
      fault('achievement.result.type', `is none of ${resultTypes.join(', ')} and no ext:…`);
    const [min, max] = [decimalOf(result.min), decimalOf(result.max)];
    if (min !== undefined && max !== undefined && min > max) fault('achievement.result', 'min is above max');
    checkAllowed(result, fault);
  }
  const rule = resultRule(template);
  if (rule && result) checkField(rule, result, fault);
}

type Result = NonNullable<Template['achievement']['result']>;

function checkAllowed({ type, allowedValues = [], min, max }: Result, fault: Fault): void {
  const path = 'achievement.result.allowedValues';
  const statuses: readonly string[] = resultStatuses;
  for (const value of allowedValues) {
    if (type === 'Status' && !statuses.includes(value)) fault(path, `${value} is none of ${statuses.join(', ')}`);
    else if (outside(value, min, max)) fault(path, `${value} is not between min and max`);
  }
}

function checkField({ field, allowed, min, max }: ResultRule, result: Result, fault: Fault): void {
  const path = 'bindings.result';
  const listed = result.allowedValues?.length
    ? result.allowedValues
    : result.type === 'Status'
      ? resultStatuses
      : undefined;
  const isListed = (value: string) => listed === undefined || (listed as readonly string[]).includes(value);
  if (field.type === 'choice') {
    for (const choice of field.choices)
      if (!isListed(choice)) fault(path, `the choice ${choice} is not among the values of achievement.result`);
      else if (outside(choice, result.min, result.max))
        fault(path, `the choice ${choice} is not between min and max of achievement.result`);
    return;
  }
  if (field.type === 'number') {
    if (allowed && !allowed.some((value) => decimalOf(value) !== undefined))
      fault(path, 'a number is none of the values of achievement.result');
    const above = (low: number | undefined, high: number | undefined) =>
      low !== undefined && high !== undefined && low > high;
    if (above(field.min, max) || above(min, field.max))
      fault(path, 'min and max of the field and of achievement.result leave no number');
  }
  const preset = defaultOf(field as Field);
  if (preset === undefined) return;
  if (!isListed(String(preset)) || outside(String(preset), result.min, result.max))
    fault(path, 'the default of the field is no value of achievement.result');
}

/** Bounds count where they are numbers; then the value has to be one, too. */
function outside(value: string, min: string | undefined, max: string | undefined): boolean {
  const [low, high, number] = [decimalOf(min), decimalOf(max), decimalOf(value)];
  if (low === undefined && high === undefined) return false;
  return number === undefined || (low !== undefined && number < low) || (high !== undefined && number > high);
}
