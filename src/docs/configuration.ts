/** docs/configuration.md: every setting with its default, its check and its meaning, read from the schema that checks it. */

import { z } from 'zod';
import { settings } from '../config.ts';
import { generatedBy, markdownTable } from './markdown.ts';

/** Defaults that the machine decides. */
const decidedByMachine: Record<string, string> = { THREADS: 'the number of cores' };

/** Checks that no short words can be made of. */
const inWords: Record<string, string> = { MAILER_ID: '6 digits, or 9 that begin with 9' };

/** What the page knows of the JSON Schema of a setting. */
interface Shape {
  type?: string;
  enum?: string[];
  pattern?: string;
  format?: string;
  contentEncoding?: string;
  minimum?: number;
  maximum?: number;
  default?: unknown;
  description?: string;
}

export function configurationPage(): string {
  const rows = Object.entries(settings).map(([name, schema]) => {
    const shape = shapeOf(schema);
    return [`\`${name}\``, defaultOf(name, shape), inWords[name] ?? checkOf(shape), shape.description ?? ''];
  });
  return [
    '# Configuration',
    generatedBy('src/config.ts'),
    'Everything is set by environment variables, read once when the program starts and checked together: a wrong value stops the start with a message that names every setting at fault. An empty value counts as absent.',
    markdownTable(['setting', 'default', 'allowed', 'meaning'], rows),
    'Where `S3_ACCESS_KEY_ID` is given, `S3_SECRET_ACCESS_KEY` must be given too.',
    '## The command line as a client',
    'Commands that speak to a server (`issue`, `status`, `webhook`, `template-add`, `print-runs`) take `--url` and `--token`, else these settings, else the address and key of the demo that the server keeps in `CHANCERY_DATA`.',
    markdownTable(
      ['setting', 'meaning'],
      [
        ['`CHANCERY_URL`', 'Address of the server.'],
        ['`CHANCERY_TOKEN`', 'API key. Better here than on the command line, where other users of the machine see it.'],
        ['`CHANCERY_DATA`', 'Data folder of a server on this machine.'],
      ],
    ),
  ].join('\n\n');
}

/** What goes in says choices and patterns; what comes out says the bounds of a coerced number. */
function shapeOf(schema: z.ZodType): Shape {
  const given = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  const made = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) as Shape;
  return { ...made, ...given, description: schema.description };
}

function defaultOf(name: string, { default: value, enum: choices }: Shape): string {
  if (decidedByMachine[name]) return decidedByMachine[name];
  if (value === undefined || value === '') return '';
  if (typeof value === 'boolean' && choices) return `\`${Number(value)}\``;
  return `\`${String(value)}\``;
}

function checkOf({ type, enum: choices, pattern, format, contentEncoding, minimum, maximum }: Shape): string {
  if (choices) return choices.map((choice) => `\`${choice}\``).join(', ');
  if (minimum !== undefined && maximum !== undefined)
    return `${type === 'integer' ? 'whole number' : 'number'} from ${minimum.toLocaleString('en')} to ${maximum.toLocaleString('en')}`;
  if (contentEncoding === 'base64') return 'base64 of 32 bytes';
  if (pattern)
    return `begins ${schemesOf(pattern)
      .map((scheme) => `\`${scheme}\``)
      .join(' or ')}`;
  return format === 'uri' ? 'address' : 'text';
}

/** `^postgres(ql)?:\/\/` means `postgres://` and `postgresql://`; a pattern of another kind is shown as it is. */
function schemesOf(pattern: string): string[] {
  const plain = pattern.replace(/^\^/, '').replaceAll('\\/', '/');
  const optional = /\(([a-z]+)\)\?|([a-z])\?/.exec(plain);
  if (!optional) return [plain];
  return ['', optional[1] ?? optional[2] ?? ''].map((text) => plain.replace(optional[0], text));
}
