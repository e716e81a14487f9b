/** The JSON body of a request, checked against its shape; every fault is named with its path. */

import type { z } from 'zod';
import type { Issue } from '../domain/issue.ts';
import { invalidInput } from '../errors.ts';

/** Throws `invalid_input`. */
export function readBody<S extends z.ZodType>(shape: S, body: unknown): z.infer<S> {
  const parsed = shape.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, code, message, input }): Issue => {
    const at = path.map(String).join('.');
    return input === undefined && code === 'invalid_type'
      ? { path: at || 'body', code: 'required' }
      : { path: at || 'body', code: 'invalid', params: { reason: message } };
  });
  throw invalidInput('the body is not valid', issues);
}
