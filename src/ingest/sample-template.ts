/** A valid template with the given fields, bindings and result, for tests of this room. */

import { parseTemplate, type Template } from '../domain/template.ts';

/** @throws Error naming the issues if a field is not valid */
export function templateWith(fields: object[], more: { bindings?: object; result?: object } = {}): Template {
  const parsed = parseTemplate({
    format: 'chancery-template/1',
    name: 'Sample',
    language: 'en',
    page: { width: 297, height: 210 },
    fields,
    elements: [{ type: 'text', x: 10, y: 10, width: 100, height: 20, size: 12, text: '{{name}}' }],
    achievement: { name: 'Sample', description: 'A sample.', criteria: 'None.', result: more.result },
    bindings: more.bindings,
  });
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
  return parsed.template;
}
