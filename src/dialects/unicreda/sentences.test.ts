/** Every fault has words in both languages; the Spanish is written as UniCreda writes it. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { type IssueCode, issueSentences } from '../../domain/issue.ts';
import { ChanceryError, type ErrorCode, errorCodes, notFound } from '../../errors.ts';
import { languageOf } from './language.ts';
import { errorSentence, recipientErrors, rowError } from './sentences.ts';

const issueCodes = Object.keys(issueSentences) as IssueCode[];
const grade = { path: 'result_value', code: 'not_a_choice', params: { choices: ['A', 'B', 'C', 'D', 'F'] } } as const;

test('every code of an issue and of an error says something of its own in both languages, and the Spanish has no accents', () => {
  const params = {
    min: 1,
    max: 9,
    value: 'v',
    choices: ['A'],
    reason: 'r',
    format: 'YYYY-MM-DD',
    other: 'o',
    count: 3,
    name: 'N',
  };
  for (const language of ['es', 'en'] as const) {
    const said = issueCodes.map((code) => recipientErrors([{ path: 'field', code, params }], language)[0] as string);
    said.push(
      ...(Object.keys(errorCodes) as ErrorCode[]).map((code) =>
        errorSentence(new ChanceryError(code, 'message', { details: { needed: 2, available: 1 } }), language),
      ),
    );
    for (const sentence of said) {
      assert.match(sentence, /^[A-Z0-9'"][\x20-\x7e]{8,}[^.]$/, `${language}: ${sentence}`);
      assert.doesNotMatch(sentence, /undefined|null|\[object|\{\w+\}/, sentence);
    }
  }
  for (const code of issueCodes) {
    // What UniCreda itself says in English.
    if (['no_such_template'].includes(code)) continue;
    const [es, en] = (['es', 'en'] as const).map((language) => rowError([{ path: 'field', code, params }], language));
    assert.notEqual(es, en, code);
  }
});

test('the sentences of the reference stand to the letter', () => {
  assert.deepEqual(recipientErrors([grade], 'es'), ['Calificacion invalida. Valores permitidos: A, B, C, D, F']);
  assert.equal(rowError([grade], 'es'), 'Calificacion invalida');
  const email = { path: 'email', code: 'not_an_email', params: { value: 'invalido@test' } } as const;
  assert.equal(rowError([email], 'es'), 'Invalid email: invalido@test');
  assert.equal(rowError([email, grade], 'es'), 'Invalid email: invalido@test; Calificacion invalida');
  const required = { path: 'recipient_name', code: 'required' } as const;
  assert.deepEqual(recipientErrors([required], 'es'), ["El campo 'recipient_name' es requerido"]);
  const date = { path: 'activity_start_date', code: 'not_a_date', params: { format: 'YYYY-MM-DD' } } as const;
  assert.equal(rowError([date], 'es'), 'Fecha invalida: activity_start_date (formato esperado YYYY-MM-DD)');
  const order = { path: 'activity_end_date', code: 'date_order', params: { other: 'activity_start_date' } } as const;
  assert.equal(rowError([order], 'es'), 'La fecha de fin no puede ser anterior a la fecha de inicio');
  assert.equal(rowError([{ path: 'credits_earned', code: 'not_a_number' }], 'es').split('.')[0], 'Creditos invalidos');
  assert.equal(errorSentence(notFound('template', 'x'), 'es'), 'Achievement not found');
  assert.deepEqual(recipientErrors([grade, required], 'en'), [
    'Invalid result. Allowed values: A, B, C, D, F',
    "The field 'recipient_name' is required",
  ]);
});

test('Spanish is the language unless English is preferred', () => {
  const spoken: [accepted: string | undefined, language: string][] = [
    [undefined, 'es'],
    ['', 'es'],
    ['*', 'es'],
    ['en', 'en'],
    ['en-US,en;q=0.9', 'en'],
    ['es-MX,es;q=0.9,en;q=0.8', 'es'],
    ['de, en;q=0.5', 'en'],
    ['fr', 'es'],
    ['en;q=0', 'es'],
    ['\u0000;;;q=x', 'es'],
  ];
  for (const [accepted, language] of spoken)
    assert.equal(languageOf({ 'accept-language': accepted }), language, accepted);
});
