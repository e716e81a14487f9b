/** The checks that docs/webhooks.md gives to receivers, run as they are printed: what is old, changed or signed by another is refused. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { newWebhookSecret, standardSignature } from '../../src/deliver/webhook/signature.ts';

type Headers = Record<string, string>;

const guide = await readFile(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
const printed = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1] as string;
const [secret, former, strange] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()];
const body = '{"event":"certificate.issued","name":"Zoë 🎓"}';
const now = Math.floor(Date.now() / 1_000);

function message({ by = [secret], at = now, id = 'msg_1', text = body } = {}): Headers {
  const signature = standardSignature(by, id, at, Buffer.from(text));
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signature };
}

/** What a receiver sees, and whether it may believe it. */
const cases: [string, Headers, boolean][] = [
  ['fresh', message(), true],
  ['signed during a rotation', message({ by: [former, secret] }), true],
  ['four minutes old', message({ at: now - 240 }), true],
  ['replayed after six minutes', message({ at: now - 360 }), false],
  ['replayed after a day', message({ at: now - 86_400 }), false],
  ['from six minutes ahead', message({ at: now + 360 }), false],
  ['replayed with a new time', { ...message({ at: now - 360 }), 'webhook-timestamp': String(now) }, false],
  ['replayed under a new id', { ...message(), 'webhook-id': 'msg_2' }, false],
  ['signed over another body', message({ text: `${body} ` }), false],
  ['signed by another', message({ by: [strange] }), false],
  ['not signed', { ...message(), 'webhook-signature': '' }, false],
  ['cut off', { ...message(), 'webhook-signature': message()['webhook-signature']?.slice(0, -6) as string }, false],
];
const expected = cases.map(([name, , believed]) => [name, believed]);

test('the printed check for Node believes what is fresh and ours, and nothing else', async () => {
  const source = `data:text/javascript;base64,${Buffer.from(printed('js')).toString('base64')}`;
  const { verify } = (await import(source)) as { verify(secret: string, headers: Headers, body: string): boolean };
  assert.deepEqual(
    cases.map(([name, headers]) => [name, verify(secret, headers, body)]),
    expected,
  );
});

/** What a program says that is given secret, body and headers as JSON and prints an answer for each. */
function answersOf(command: string, ...args: string[]): [string, boolean | undefined][] {
  const input = JSON.stringify({ secret, body, headers: cases.map(([, headers]) => headers) });
  const { stdout, stderr } = spawnSync(command, args, { input, encoding: 'utf8' });
  assert.equal(stderr, '');
  const answers = JSON.parse(stdout) as boolean[];
  return cases.map(([name], index) => [name, answers[index]]);
}

const lacks = (command: string) => spawnSync(command, ['--version']).status !== 0 && `no ${command} here`;

test('the printed check for Python does the same', { skip: lacks('python3') }, () => {
  const script = `${printed('python')}
import json, sys
given = json.load(sys.stdin)
print(json.dumps([verify(given["secret"], headers, given["body"].encode()) for headers in given["headers"]]))`;
  assert.deepEqual(answersOf('python3', '-c', script), expected);
});

test('the printed check for PHP does the same', { skip: lacks('php') }, () => {
  const script = `${printed('php')}
$given = json_decode(stream_get_contents(STDIN), true);
echo json_encode(array_map(fn($headers) => verify($given["secret"], $headers, $given["body"]), $given["headers"]));`;
  assert.deepEqual(answersOf('php', '-r', script), expected);
});
