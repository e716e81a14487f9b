/** The generated pages by their path in the repository; the same sources always give the same text. */

import { z } from 'zod';
import { unicredaDocument } from '../dialects/unicreda/openapi/document.ts';
import { vecDocument } from '../dialects/vec/openapi/document.ts';
import { builtInPrices } from '../domain/built-in-prices.ts';
import { templateSchema } from '../domain/template.ts';
import { configurationPage } from './configuration.ts';
import { errorsPage } from './errors.ts';
import { lifecyclesPage } from './lifecycles.ts';
import { permissionsPage } from './permissions.ts';

export const pages: Record<string, () => string> = {
  'docs/lifecycles.md': () => `${lifecyclesPage()}\n`,
  'docs/configuration.md': () => `${configurationPage()}\n`,
  'docs/permissions.md': () => `${permissionsPage()}\n`,
  'docs/errors.md': () => `${errorsPage()}\n`,
  'docs/mail-prices.json': () => formatted(builtInPrices),
  'docs/template.schema.json': templateSchemaText,
  'docs/dialects/unicreda.openapi.json': () => formatted(unicredaDocument()),
  'docs/dialects/vec.openapi.json': () => formatted(vecDocument()),
};

/** JSON Schema 2020-12 of what a template file may say; what refers from one part to another only the program checks. */
function templateSchemaText(): string {
  const { $schema, ...schema } = z.toJSONSchema(templateSchema, { io: 'input' });
  return formatted({ $schema, title: 'Chancery template, format chancery-template/1', ...schema });
}

/** As the formatter has it: lists of plain values on one line where they fit. */
function formatted(json: object): string {
  const text = JSON.stringify(json, null, 2);
  return `${text.replace(/^( *(?:"[^"]+": )?)\[([^[\]{}]*)\]/gm, (whole, before: string, inside: string) => {
    const line = `${before}[${inside.trim().replace(/,\n\s*/g, ', ')}]`;
    return line.length < 120 ? line : whole;
  })}\n`;
}
