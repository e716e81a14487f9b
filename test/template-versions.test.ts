/** A template's versions: added one after the other however many arrive at once, and the template goes by its newest name. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTemplate } from '../src/usecases/templates/create-template.ts';
import { listTemplates } from '../src/usecases/templates/get-template.ts';
import { openTestApp } from './support/open-test-app.ts';
import { sampleTemplate } from './support/sample-template.ts';

test('versions that are handed in at the same moment all get in, and lists show the newest name', async () => {
  await using belt = await openTestApp();
  const { actor, templateId } = await belt.addTenant();
  const named = (name: string) => ({ ...(sampleTemplate() as object), name });
  const add = (name: string) => createTemplate(belt.app, actor, { content: named(name), templateId });
  const added = await Promise.all(['Second', 'Third', 'Fourth', 'Fifth'].map(add));
  assert.equal(new Set(added.map(({ versionId }) => versionId)).size, 4);
  await add('Sixth');
  const { templates } = await listTemplates(belt.app, actor, { limit: 10, offset: 0 });
  const [template] = templates;
  assert.equal(template?.name, 'Sixth');
  assert.equal(template?.version, 6);
  assert.ok(template.updatedAt > template.createdAt);
});
