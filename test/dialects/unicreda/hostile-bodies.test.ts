/** Bodies that are wrong, hostile or broken off: a clear answer under both keys, nothing left behind, and the server goes on. */

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tenant } from '../../support/open-test-app.ts';
import { openTestServer, type TestDoors } from '../../support/open-test-server.ts';
import { exchange, openRaw } from '../../support/raw-http.ts';
import { diplomaTemplate } from './diploma-template.ts';

let doors: TestDoors;
let tenant: Tenant;
let key: string;
const credits = 5;

before(async () => {
  doors = await openTestServer({
    environment: { MAX_UPLOAD_MB: '2' },
    timeouts: { request: 1_500, headers: 1_000, silence: 60_000, check: 100 },
  });
  tenant = await doors.test.addTenant({ credits, rowLimit: 10, template: diplomaTemplate() });
  key = await doors.key(tenant);
});
after(() => doors?.[Symbol.asyncDispose]());

/** What a refused body must leave as it was. */
async function traces() {
  const uploads = await readdir(join(doors.test.dataDirectory, 'uploads')).catch(() => []);
  const batches = await doors.test.sql('select id from batch');
  const sources = await doors.test.blobFiles('sources');
  return { uploads, batches, sources, credits: await doors.test.balance(tenant) };
}

const untouched = { uploads: [], batches: [], sources: [], credits: { available: credits, reserved: 0, spent: 0 } };

beforeEach(async () => assert.deepEqual(await traces(), untouched));

async function assertUntouched(): Promise<void> {
  // What is thrown away after the answer may take a moment.
  for (let wait = 0; wait < 100 && (await traces()).uploads.length > 0; wait++) await sleep(20);
  assert.deepEqual(await traces(), untouched);
  assert.equal((await fetch(`${doors.url}/livez`)).status, 200);
}

async function send(bytes: string | Uint8Array, headers: Record<string, string> = {}) {
  const response = await fetch(`${doors.url}/api/v1/credentials/issue`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
    body: bytes,
  });
  return { status: response.status, body: (await response.json()) as { error: string; detail: string } };
}

async function assertRefused(bytes: string | Uint8Array, status: number, sentence: RegExp | string, headers = {}) {
  const { status: got, body } = await send(bytes, headers);
  const name = Buffer.from(bytes as string).toString('latin1', 0, 120);
  assert.deepEqual([got, Object.keys(body)], [status, ['error', 'detail']], `${name}: ${JSON.stringify(body)}`);
  assert.equal(body.error, body.detail);
  if (typeof sentence === 'string') assert.equal(body.error, sentence, name);
  else assert.match(body.error, sentence, name);
}

const good = '{"email":"a@ejemplo.com","recipient_name":"A"}';
const envelope = (recipients: string, more = '') =>
  `{"template_id":"${tenant.templateId}","recipients":${recipients}${more}}`;

test('what is no JSON is 400, with the place', async () => {
  const bodies: [body: string | Uint8Array, sentence: string][] = [
    ['', 'JSON invalido en la linea 1, columna 1 (byte 0): esta vacio'],
    ['   \n ', 'JSON invalido en la linea 2, columna 2 (byte 5): esta vacio'],
    ['{', 'JSON invalido en la linea 1, columna 2 (byte 1): termina antes de tiempo'],
    ['template_id=1&recipients=2', 'JSON invalido en la linea 1, columna 2 (byte 1): caracter inesperado'],
    ['{"template_id":NaN}', 'JSON invalido en la linea 1, columna 16 (byte 15): caracter inesperado'],
    ['{"a":1}}', 'JSON invalido en la linea 1, columna 8 (byte 7): algo sigue despues del final'],
    ['{\n"a":1,\n}', 'JSON invalido en la linea 3, columna 1 (byte 9): caracter inesperado'],
    ['/* all */{}', 'JSON invalido en la linea 1, columna 1 (byte 0): caracter inesperado'],
    ["{'a':1}", 'JSON invalido en la linea 1, columna 2 (byte 1): caracter inesperado'],
    ['{"a":01}', 'JSON invalido en la linea 1, columna 7 (byte 6): numero invalido'],
    ['{"a":"\t"}', 'JSON invalido en la linea 1, columna 7 (byte 6): caracter de control dentro de un texto'],
    ['{"a":"\\q"}', 'JSON invalido en la linea 1, columna 8 (byte 7): secuencia de escape invalida'],
    ['['.repeat(70), 'JSON invalido en la linea 1, columna 65 (byte 64): demasiados niveles anidados'],
    ['{"a":'.repeat(200_000), 'JSON invalido en la linea 1, columna 321 (byte 320): demasiados niveles anidados'],
    [Buffer.from('{"a":"\xe9"}', 'latin1'), 'JSON invalido en la linea 1, columna 7 (byte 6): no es UTF-8'],
    [Buffer.from('\ufeff{}', 'utf16le'), 'JSON invalido en la linea 1, columna 1 (byte 0): no es UTF-8'],
    [Buffer.from('89504e470d0a1a0a', 'hex'), 'JSON invalido en la linea 1, columna 1 (byte 0): no es UTF-8'],
    [envelope(`[${good},${good}`).slice(0, -1), /termina antes de tiempo/.source],
    [envelope(`[${good} ${good}]`), /caracter inesperado/.source],
    [envelope(`[${good},]`), /caracter inesperado/.source],
    [`${envelope(`[${good}]`)}${envelope(`[${good}]`)}`, /algo sigue despues del final/.source],
    [envelope(`[${`${good},`.repeat(12_000)}x]`), /caracter inesperado/.source],
  ];
  for (const [body, sentence] of bodies)
    await assertRefused(
      body,
      400,
      sentence.startsWith('JSON') ? sentence : new RegExp(`^JSON invalido .*${sentence}$`),
    );
  await assertRefused('{"a":1,}', 400, 'Invalid JSON in line 1, column 8 (byte 7): an unexpected character', {
    'accept-language': 'en',
  });
  await assertUntouched();
});

test('JSON that does not say what is asked for is 422, with every fault at once', async () => {
  const id = "El campo 'template_id' es requerido";
  const list = "El campo 'recipients' es requerido";
  const noList = "El campo 'recipients' debe ser una lista";
  const noUuid = "El campo 'template_id' debe ser un UUID";
  const object = 'El cuerpo de la solicitud debe ser un objeto JSON';
  const bodies: [body: string, sentence: string][] = [
    ['{}', `${id}; ${list}`],
    ['[]', object],
    ['null', object],
    ['"x"', object],
    ['12', object],
    [`[${good}]`, object],
    ['{"template_id":null,"recipients":null}', `${id}; ${list}`],
    ['{"template_id":"x","recipients":{}}', `${noUuid}; ${noList}`],
    ['{"template_id":5,"recipients":"a@ejemplo.com"}', `${noUuid}; ${noList}`],
    ['{"template_id":["x"],"recipients":5}', `${noUuid}; ${noList}`],
    [`{"template_id":"${'x'.repeat(1_200_000)}","recipients":[${good}]}`, noUuid],
    ['{"template_id":"\' or 1=1","recipients":[1]}', noUuid],
    [envelope('[]'), "El campo 'recipients' no puede estar vacio"],
    [envelope('[]').replace('recipients', 'Recipients'), list],
    [envelope(`[${good}]`, `,"recipients":[${good}]`), "El campo 'recipients' esta repetido"],
    [envelope(`[${good}]`, `,"template_id":"${tenant.templateId}"`), "El campo 'template_id' esta repetido"],
    [envelope(`[${good}]`, ',"name":""'), "El campo 'name' debe ser un texto de 1 a 255 caracteres"],
    [envelope(`[${good}]`, ',"name":"a\\u0000"'), "El campo 'name' debe ser un texto de 1 a 255 caracteres"],
    [envelope(`[${good}]`, ',"name":"\\ud800"'), "El campo 'name' debe ser un texto de 1 a 255 caracteres"],
    [envelope(`[${good}]`, ',"name":{}'), "El campo 'name' debe ser un texto de 1 a 255 caracteres"],
    [envelope(`[${`${good},`.repeat(10)}${good}]`), 'Demasiados recipientes: se permiten 10 como maximo'],
    [envelope(`[${`${'1,'.repeat(300_000)}`}1]`), 'Demasiados recipientes: se permiten 10 como maximo'],
    [envelope(`[${good},\n{"email":"${'x'.repeat(2 ** 20)}"}]`), 'El recipiente de la linea 2 supera 1048576 bytes'],
  ];
  for (const [body, sentence] of bodies) await assertRefused(body, 422, sentence);
  await assertUntouched();
});

test('a template that is none, or another organization’s, is 404 alike, for one recipient and for many', async () => {
  const other = await doors.test.addTenant({ template: diplomaTemplate() });
  for (const id of ['9e7860e3-7c0a-401f-98f6-b98e316934f4', other.templateId, tenant.organizationId])
    for (const recipients of [`[${good}]`, `[${good},${good}]`])
      await assertRefused(`{"recipients":${recipients},"template_id":"${id}"}`, 404, 'Achievement not found');
  await assertUntouched();
});

test('what is wrong with a recipient never refuses the request, and pollutes nothing', async () => {
  const recipients: [recipient: string, errors: string[]][] = [
    ['5', ['El recipiente debe ser un objeto']],
    ['null', ['El recipiente debe ser un objeto']],
    [`[${good}]`, ['El recipiente debe ser un objeto']],
    ['{}', ["El campo 'recipient_name' es requerido", "El campo 'email' es requerido"]],
    ['{"email":"a@ejemplo.com","recipient_name":true}', ["Valor invalido en 'recipient_name'. Debe ser texto"]],
    ['{"email":{"toString":1},"recipient_name":"A"}', ['Invalid email: {"toString":1}']],
    ['{"email":7,"recipient_name":"A"}', ['Invalid email: 7']],
    ['{"__proto__":{"email":"a@ejemplo.com"},"recipient_name":"A"}', ["El campo 'email' es requerido"]],
    [
      '{"email":"a@ejemplo.com","recipient_name":"\\ud800"}',
      ["Valor invalido en 'recipient_name'. Contiene medio caracter (un surrogate suelto); escribalo de nuevo"],
    ],
    [
      '{"email":"a@ejemplo.com","recipient_name":"A\\u0000"}',
      ["Valor invalido en 'recipient_name'. Contiene el caracter no permitido U+0000; eliminelo"],
    ],
    ['{"email":"a@ejemplo.com\\r\\nBcc: x@ejemplo.com","recipient_name":"A"}', [/no permitido|Invalid email/.source]],
    ['{"email":"a@ejemplo.com","recipient_name":"A","credits_earned":1e400}', [/^Creditos invalidos/.source]],
    ['{"email":"a@ejemplo.com","recipient_name":"A","credits_earned":0.12345678901234567890}', [/^Creditos/.source]],
    ['{"email":"a@ejemplo.com","recipient_name":"A","credits_earned":61}', ['Creditos invalidos. Valor maximo: 60']],
    ['{"email":"a@ejemplo.com","recipient_name":"A","credits_earned":[6]}', [/^Creditos invalidos/.source]],
    ['{"email":"a@ejemplo.com","recipient_name":"A","result_value":1}', [/^Calificacion invalida\. Valores/.source]],
    ['{"email":"a@ejemplo.com","recipient_name":"A","evidence":"x"}', [/^Evidencia invalida/.source]],
    ['{"email":"a@ejemplo.com","recipient_name":"A","evidence":{"name":"x"}}', [/^Evidencia invalida/.source]],
    [
      '{"email":"a@ejemplo.com","recipient_name":"A","evidence":[{"name":"x","url":"javascript:1"}]}',
      [/^Evidencia/.source],
    ],
    [
      '{"email":"a@ejemplo.com","recipient_name":"A","activity_start_date":"31/12/2026"}',
      [/^Fecha invalida: activity_start_date/.source],
    ],
    ['{"email":"a@ejemplo.com","recipient_name":"A","activity_start_date":20260101}', [/^Fecha invalida/.source]],
    ['{"email":"a@ejemplo.com","recipient_name":"A","activity_start_date":false}', [/^Fecha invalida/.source]],
    [
      '{"email":"a@ejemplo.com","recipient_name":"A","activity_start_date":"2026-02-01","activity_end_date":"2026-01-01"}',
      ['La fecha de fin no puede ser anterior a la fecha de inicio'],
    ],
  ];
  for (const [recipient, errors] of recipients) {
    const { status, body } = await send(envelope(`[${recipient}]`));
    const [got] = (body as unknown as { credentials: { status: string; errors: string[] }[] }).credentials ?? [];
    assert.deepEqual([status, got?.status], [200, 'error'], `${recipient}: ${JSON.stringify(body)}`);
    assert.equal(got?.errors.length, errors.length, JSON.stringify(got));
    errors.forEach((error, at) => {
      const said = got?.errors[at] as string;
      assert.ok(
        said === error || new RegExp(error.replace(/[{}()[\]]/g, '\\$&')).test(said),
        `${said} is not ${error}`,
      );
    });
  }
  assert.equal(({} as { email?: string }).email, undefined);
  await assertUntouched();
});

test('too much is 413, another type or encoding 415, no permission 403, each before anything is stored', async () => {
  await assertRefused(' '.repeat(2 * 2 ** 20 + 1), 413, 'El cuerpo de la solicitud es demasiado grande');
  await assertRefused('<a/>', 415, 'Content-Type no soportado: use application/json', {
    'content-type': 'application/xml',
  });
  await assertRefused('a=1', 415, /Content-Type/, { 'content-type': 'application/x-www-form-urlencoded' });
  await assertRefused('{}', 415, /application\/json/, { 'content-encoding': 'gzip' });
  const poor = await doors.key(tenant, ['batches:view']);
  const { status, body } = await send('{}', { 'x-api-key': poor });
  const text = 'Permiso insuficiente: se requiere batches:create';
  assert.deepEqual([status, body], [403, { error: text, detail: text, required_permission: 'batches:create' }]);
  const chunked = await openRaw(doors.port);
  chunked.send(
    `POST /api/v1/credentials/issue HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  for (let sent = 0; sent < 3; sent++) chunked.send(`100000\r\n${' '.repeat(2 ** 20)}\r\n`);
  assert.equal((await chunked.answer()).status, 413);
  chunked.socket.destroy();
  const put = await exchange(
    doors.port,
    `PUT /api/v1/credentials/issue HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nContent-Length: 0\r\n\r\n`,
  );
  assert.deepEqual([put.status, put.headers.allow], [405, 'POST']);
  assert.match(put.body.toString(), /^\{"error":"Metodo PUT no permitido\. Metodos permitidos: POST","detail":/);
  await assertUntouched();
});

test('a body that is broken off, dribbles or falls silent leaves nothing behind, however much of it had come', async () => {
  const head = `POST /api/v1/credentials/issue HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nContent-Type: application/json\r\n`;
  const start = envelope(`[${`${good},`.repeat(9)}`).slice(0, -1);
  for (const much of [start, `${start}${' '.repeat(2 ** 20)}`]) {
    const broken = await openRaw(doors.port);
    broken.send(`${head}Content-Length: 1500000\r\n\r\n${much}`);
    await sleep(200);
    broken.socket.destroy();
    await assertUntouched();
    const silent = await openRaw(doors.port);
    silent.send(`${head}Content-Length: 1500000\r\n\r\n${much}`);
    const answer = await silent.answer();
    assert.equal(answer.status, 408);
    const body = JSON.parse(answer.body.toString()) as { error: string; detail: string };
    assert.deepEqual([body.error, body.detail], ['La solicitud tardo demasiado', 'La solicitud tardo demasiado']);
    await silent.closed();
    await assertUntouched();
  }
});
