/** What a valid template allows that makes trouble elsewhere; said when it is handed in, never a reason to refuse it. */

import type { Issue } from './issue.ts';
import type { Template } from './template.ts';

export function templateWarnings({ achievement, bindings, fields }: Template): Issue[] {
  const warnings: Issue[] = [];
  const { creditsAvailable: offered } = achievement;
  if (offered !== undefined && isFractionBelowOne(offered))
    warnings.push({ path: 'achievement.creditsAvailable', code: 'credits_below_one' });
  const earned = fields.find(({ name }) => name === bindings.creditsEarned);
  // Measured: PyLD writes doubles below 1 with another exponent, so that their signature does not hold there; whole numbers it writes alike.
  if (earned?.type === 'number' && (earned.min ?? 0) < 1 && (earned.max ?? 1) > 0)
    warnings.push({ path: 'bindings.creditsEarned', code: 'credits_below_one' });
  return warnings;
}

function isFractionBelowOne(value: number): boolean {
  return Math.abs(value) < 1 && !Number.isInteger(value);
}
