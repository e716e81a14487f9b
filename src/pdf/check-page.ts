/** Says, before anything is drawn, what of a row's values the page cannot hold. */

import type { Issue } from '../domain/issue.ts';
import type { DisplayValues } from '../domain/placeholder.ts';
import type { PageProgram } from './compile-page.ts';

/** Issues `missing_glyph`, `text_overflow` and `invalid`, each at the placeholder at fault; empty when the row can be drawn. */
export function checkPage(program: PageProgram, values: DisplayValues): Issue[] {
  const issues: Issue[] = [];
  for (const step of program.steps) if (typeof step !== 'string') step.check(values, issues);
  const seen = new Set<string>();
  return issues.filter((issue) => {
    const key = `${issue.path}\0${issue.code}\0${issue.params?.character ?? ''}`;
    return !seen.has(key) && seen.add(key);
  });
}
