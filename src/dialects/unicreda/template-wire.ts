/** A template as the issuing call of this door sees it: what a recipient may and must say, under the names that the call takes. */

import type { App } from '../../app.ts';
import type { TemplateSummary } from '../../db/templates.ts';
import { resultRule } from '../../domain/result-rule.ts';
import type { Template } from '../../domain/template.ts';
import { storageName } from '../../usecases/documents/storage-names.ts';
import { type RecipientField, recipientFields } from './recipient-fields.ts';
import { timestamp } from './wire.ts';

export function templateWire(app: Pick<App, 'publicUrl' | 'masterKey'>, summary: TemplateSummary) {
  // Names and rules are all that is asked for; what is drawn is left out.
  const template = { ...summary.outline, elements: [], assets: {} } as Template;
  const fields = recipientFields(template);
  const names = (wanted: boolean) => fields.filter(({ required }) => required === wanted).map(({ wire }) => wire);
  const unix = Math.floor(summary.versionCreatedAt.getTime() / 1_000);
  const picture = `${storageName(app, 'screenshot', summary.versionId, '')}_${unix}.png`;
  return {
    id: summary.id,
    name: summary.name,
    description: template.achievement.description,
    achievement_type: template.achievement.type,
    image_url: `${app.publicUrl}/storage/certificate_templates/${picture}`,
    is_active: true,
    required_fields: names(true),
    optional_fields: names(false),
    fields: fields.map(fieldWire),
    result_description: resultWire(template),
    created_at: timestamp(summary.createdAt),
    updated_at: timestamp(summary.updatedAt),
  };
}

/** As JSON has it: a choice is a string with a list of values. */
const types: Record<RecipientField['type'], { type: 'string' | 'number' | 'date' | 'array'; format?: string }> = {
  string: { type: 'string' },
  choice: { type: 'string' },
  number: { type: 'number' },
  date: { type: 'date', format: 'YYYY-MM-DD' },
  email: { type: 'string', format: 'email' },
  url: { type: 'string', format: 'uri' },
  evidence: { type: 'array' },
};

function fieldWire({ wire, type, required, label, allowedValues, min, max, minLength, maxLength }: RecipientField) {
  return {
    name: wire,
    type: types[type].type,
    required,
    label: label ?? wire,
    ...(allowedValues && { allowed_values: allowedValues }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(minLength !== undefined && { min_length: minLength }),
    ...(maxLength !== undefined && { max_length: maxLength }),
    ...(types[type].format !== undefined && { format: types[type].format }),
  };
}

/** Null where the template knows no result. */
function resultWire(template: Template) {
  const rule = resultRule(template);
  if (!rule) return null;
  const { result } = template.achievement;
  return {
    name: result?.name ?? rule.field.label ?? rule.field.name,
    result_type: result?.type ?? 'Result',
    allowed_values: rule.allowed ?? null,
    value_min: result?.min ?? null,
    value_max: result?.max ?? null,
  };
}
