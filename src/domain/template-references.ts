/** What one part of a template says of another: placeholders, assets, bindings, slots, defaults; checked after the shape. */

import { builtInPlaceholders, countOf, type Field } from './field.ts';
import type { Issue } from './issue.ts';
import { placeholdersOf, signatorySlots, type Template } from './template.ts';
import { checkAchievement } from './template-achievement.ts';

type Fault = (path: string, reason: string) => void;

export function referenceIssues(template: Template): Issue[] {
  const issues: Issue[] = [];
  const fault: Fault = (path, reason) => issues.push({ path, code: 'invalid', params: { reason } });
  template.fields.forEach((field, at) => {
    checkField(template, field, at, fault);
  });
  checkPlaceholders(template, fault);
  checkElements(template, fault);
  checkBindings(template, fault);
  checkAchievement(template, fault);
  return issues;
}

function checkField({ fields }: Template, field: Field, at: number, fault: Fault): void {
  const path = `fields.${at}`;
  if (fields.findIndex(({ name }) => name === field.name) !== at)
    fault(`${path}.name`, `the field ${field.name} is declared twice`);
  if (field.type === 'choice' && field.default !== undefined && !field.choices.includes(field.default))
    fault(`${path}.default`, 'is not one of the choices');
  if ((field.type === 'number' || field.type === 'date') && outside(field))
    fault(path, 'default, min and max contradict each other');
  if (field.type === 'evidence' && (field.min ?? 0) > field.max) fault(path, 'min and max contradict each other');
  if (field.type !== 'date' || field.notBefore === undefined) return;
  const other = fields.find(({ name }) => name === field.notBefore);
  if (other?.type !== 'date') fault(`${path}.notBefore`, `there is no date field ${field.notBefore}`);
}

function outside({ min, max, default: preset }: Extract<Field, { type: 'number' | 'date' }>): boolean {
  const above = (low: number | string | undefined, high: number | string | undefined) =>
    low !== undefined && high !== undefined && low > high;
  return above(min, max) || above(min, preset) || above(preset, max);
}

function checkPlaceholders(template: Template, fault: Fault): void {
  const fields = template.fields.flatMap(({ name, type }) => (type === 'evidence' ? [name, countOf(name)] : [name]));
  const known = new Set<string>([...builtInPlaceholders, ...fields]);
  const check = (path: string, text: string) => {
    for (const name of placeholdersOf(text))
      if (!known.has(name)) fault(path, `{{${name}}} is neither a field nor built in`);
  };
  check('title', template.title);
  for (const part of ['subject', 'greeting', 'body'] as const)
    if (template.mail) check(`mail.${part}`, template.mail[part]);
  template.elements.forEach((element, at) => {
    if (element.type === 'text') check(`elements.${at}.text`, element.text);
    if (element.type === 'qr' || element.type === 'barcode') check(`elements.${at}.value`, element.value);
  });
}

function checkElements(template: Template, fault: Fault): void {
  const needAsset = (path: string, id: string | undefined) => {
    if (id !== undefined && !Object.hasOwn(template.assets, id)) fault(path, `there is no asset ${id}`);
  };
  needAsset('page.background.asset', template.page.background.asset);
  template.elements.forEach((element, at) => {
    if (element.type === 'image') needAsset(`elements.${at}.asset`, element.asset);
    if (element.type === 'text' && element.minSize !== undefined && element.minSize > element.size)
      fault(`elements.${at}.minSize`, 'is larger than size');
  });
  signatorySlots(template).forEach((slot, at) => {
    if (slot !== at + 1) fault('elements', 'signatory slots count from 1 without gaps or repeats');
  });
}

function checkBindings(template: Template, fault: Fault): void {
  for (const [property, target] of Object.entries(template.bindings)) {
    for (const name of typeof target === 'string' ? [target] : target.map((one) => one.field)) {
      const field = template.fields.find((one) => one.name === name);
      if (!field) fault(`bindings.${property}`, `there is no field ${name}`);
      else if (property === 'creditsEarned' && field.type !== 'number')
        fault(`bindings.${property}`, 'needs a number field');
      else if (property.startsWith('activity') && field.type !== 'date')
        fault(`bindings.${property}`, 'needs a date field');
      else if (property === 'evidence' && field.type !== 'url') fault(`bindings.${property}`, 'needs a url field');
      else if (property === 'evidenceField' && field.type !== 'evidence')
        fault(`bindings.${property}`, 'needs an evidence field');
      else if (property !== 'evidenceField' && field.type === 'evidence')
        fault(`bindings.${property}`, 'needs a field with one value');
    }
  }
}
