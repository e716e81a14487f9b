/** Everything that can be fuzzed, by its name. */

import type { Target } from '../target.ts';
import { codeTargets } from './codes.ts';
import { documentTargets } from './documents.ts';
import { pictureTargets } from './pictures.ts';
import { tableTargets } from './tables.ts';
import { textTargets } from './texts.ts';

export const targets: readonly Target[] = [
  ...tableTargets,
  ...textTargets,
  ...documentTargets,
  ...pictureTargets,
  ...codeTargets,
];

export function targetNamed(name: string): Target {
  const target = targets.find((one) => one.name === name);
  if (!target) throw new Error(`there is no target ${name}; there are ${targets.map((one) => one.name).join(', ')}`);
  return target;
}
