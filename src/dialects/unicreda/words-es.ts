/** Spanish as UniCreda writes it: without accents. What its documentation quotes stands here to the letter, English included. */

import type { JsonFault } from '../../ingest/json-grammar.ts';
import type { Say, Spot, Words } from './words.ts';
import { plain } from './words.ts';

/** What is wrong, by the field it is wrong with. */
const subject = ({ path }: Spot): string =>
  path === 'result_value'
    ? 'Calificacion invalida'
    : path === 'credits_earned'
      ? 'Creditos invalidos'
      : `Valor invalido en '${path}'`;

const value =
  (more: (params: Spot['params']) => string): Say =>
  (spot) =>
    `${subject(spot)}. ${more(spot.params)}`;

const invisible: Say = (spot) =>
  `${subject(spot)}. Contiene el caracter no permitido ${plain(spot.params.codePoint)}; eliminelo`;
/** Of pieces, which are named by their place. */
const evidence =
  (more: (params: Spot['params']) => string): Say =>
  ({ path, params }) =>
    `Evidencia invalida${path === 'evidence' ? '' : ` en '${path}'`}: ${more(params)}`;

const file =
  (text: (params: Spot['params']) => string): Say =>
  ({ params }) =>
    text(params);

/** Of parts of a request. */
const rules: Record<string, string> = {
  template_id: "El campo 'template_id' debe ser un UUID",
  recipients: "El campo 'recipients' debe ser una lista",
  name: "El campo 'name' debe ser un texto de 1 a 255 caracteres",
  body: 'El cuerpo de la solicitud debe ser un objeto JSON',
  page: "El parametro 'page' debe ser un numero entero desde 1",
  per_page: "El parametro 'per_page' debe ser un numero entero desde 1",
  q: "El parametro 'q' debe ser un texto de hasta 255 caracteres",
  reason: "El campo 'reason' debe ser un texto de 1 a 500 caracteres en una linea",
  idempotency_key:
    'Idempotency-Key invalida: debe tener de 1 a 255 caracteres ASCII visibles y no repetirse con otra solicitud',
};

export const spanish: Words = {
  issues: {
    required: ({ path }) => `El campo '${path}' es requerido`,
    too_long: value(({ length, max }) => `Tiene ${plain(length)} caracteres; se permiten ${plain(max)} como maximo`),
    too_short: value(({ length, min }) => `Tiene ${plain(length)} caracteres; se requieren ${plain(min)} como minimo`),
    not_a_number: value(() => 'Debe ser un numero, por ejemplo 12.5'),
    too_small: value(({ min }) => `Valor minimo: ${plain(min)}`),
    too_large: value(({ max }) => `Valor maximo: ${plain(max)}`),
    number_unsafe: value(
      () =>
        'El numero no se puede representar con exactitud; use 0 o un numero desde 0.000001 con 15 cifras como maximo',
    ),
    not_a_date: ({ path, params }) => `Fecha invalida: ${path} (formato esperado ${plain(params.format)})`,
    date_order: ({ path, params }) =>
      path === 'activity_end_date' && params.other === 'activity_start_date'
        ? 'La fecha de fin no puede ser anterior a la fecha de inicio'
        : `La fecha '${path}' no puede ser anterior a '${plain(params.other)}'`,
    // UniCreda's own words are English here.
    not_an_email: ({ path, params }) =>
      path === 'email'
        ? `Invalid email: ${plain(params.value)}`
        : `Email invalido en '${path}': ${plain(params.value)}`,
    not_a_url: value(() => 'Debe ser una direccion http o https absoluta'),
    not_a_choice: (spot) =>
      spot.path === 'result_value' && spot.brief
        ? subject(spot)
        : `${subject(spot)}. Valores permitidos: ${plain(spot.params.choices)}`,
    control_character: invisible,
    bidi_override: invisible,
    malformed_text: value(() => 'Contiene medio caracter (un surrogate suelto); escribalo de nuevo'),
    not_evidence: evidence(({ position }) =>
      position === undefined
        ? 'debe ser una lista de objetos con name y url'
        : `el elemento ${plain(position)} debe ser un objeto con name y url`,
    ),
    evidence_incomplete: evidence(() => 'cada elemento requiere name y url'),
    evidence_not_a_text: evidence(
      ({ position, key }) => `${plain(key)} del elemento ${plain(position)} debe ser un texto`,
    ),
    evidence_too_long: evidence(
      ({ position, key, length, max }) =>
        `${plain(key)} del elemento ${plain(position)} tiene ${plain(length)} caracteres; se permiten ${plain(max)} como maximo`,
    ),
    evidence_not_a_url: evidence(
      ({ position }) => `url del elemento ${plain(position)} debe ser una direccion http o https absoluta`,
    ),
    evidence_repeated: evidence(({ value: url }) => `la direccion ${plain(url)} esta repetida`),
    credits_below_one: value(
      () => 'Puede ser una fraccion menor que 1, como 0.5; los verificadores escritos en Python (PyLD) la rechazan',
    ),
    too_few: value(({ found, min }) => `Tiene ${plain(found)} elementos; se requieren ${plain(min)} como minimo`),
    too_many: value(({ found, max }) => `Tiene ${plain(found)} elementos; se permiten ${plain(max)} como maximo`),
    missing_glyph: value(
      ({ character, codePoint }) =>
        `Contiene "${plain(character)}" (${plain(codePoint)}), que ninguna fuente puede dibujar`,
    ),
    text_overflow: value(() => 'No cabe en su espacio del documento; acortelo'),
    ragged_row: file(({ found, expected }) => `La fila tiene ${plain(found)} valores; se esperaban ${plain(expected)}`),
    missing_header: file(({ column }) => `Falta la columna '${plain(column)}'`),
    duplicate_header: file(({ column }) => `La columna '${plain(column)}' esta repetida`),
    empty_header: file(({ number }) => `La columna ${plain(number)} no tiene nombre`),
    forbidden_header: file(({ column }) => `El nombre de columna '${plain(column)}' no esta permitido`),
    too_many_columns: file(({ found, max }) => `Hay ${plain(found)} columnas; se permiten ${plain(max)} como maximo`),
    too_many_rows: file(({ max }) => `Demasiados recipientes: se permiten ${plain(max)} como maximo`),
    record_too_large: file(({ line, max }) => `El recipiente de la linea ${plain(line)} supera ${plain(max)} bytes`),
    unclosed_quote: file(({ line }) => `Hay comillas sin cerrar desde la linea ${plain(line)}`),
    stray_quote: file(({ line }) => `Hay comillas fuera de lugar en la linea ${plain(line)}`),
    malformed_json: file(
      ({ line, column, offset, reason }) =>
        `JSON invalido en la linea ${plain(line)}, columna ${plain(column)} (byte ${plain(offset)}): ${jsonFaults[plain(reason) as JsonFault] ?? plain(reason)}`,
    ),
    malformed_xml: file(
      ({ line, column, reason }) =>
        `XML invalido en la linea ${plain(line)}, columna ${plain(column)}: ${plain(reason)}`,
    ),
    not_an_object: ({ path }) => rules[path] ?? 'El recipiente debe ser un objeto',
    not_text: value(() => 'Debe ser texto'),
    duplicate: ({ params }) => `Duplicado: repite ${plain(params.repeats)}`,
    duplicate_rows: file(({ count }) => `Hay ${plain(count)} recipientes duplicados`),
    duplicate_row: file(({ row, repeats }) => `La fila ${plain(row)} repite ${plain(repeats)}`),
    no_rows: file(() => "El campo 'recipients' no puede estar vacio"),
    empty_file: file(() => 'El cuerpo de la solicitud esta vacio'),
    wrong_encoding: file(() => 'El cuerpo de la solicitud no es UTF-8'),
    unknown_charset: file(({ charset }) => `La codificacion ${plain(charset)} no es conocida`),
    not_a_table: file(() => 'El archivo no es una tabla'),
    no_such_template: () => 'Achievement not found',
    wrong_count: ({ path, params }) =>
      `El campo '${path}' tiene ${plain(params.found)} elementos; se requieren ${plain(params.expected)}`,
    not_from_one: ({ path }) => `El campo '${path}' debe empezar en 1`,
    position_gap: ({ path }) => `El campo '${path}' debe seguir sin saltos ni repeticiones`,
    same_member: () => 'La misma persona no puede firmar en varias posiciones',
    two_members: ({ path }) => `El campo '${path}' nombra a dos personas distintas`,
    no_such_member: ({ path }) => `El campo '${path}' no nombra a nadie de la organizacion`,
    archived_member: ({ params }) => `${plain(params.name)} esta archivado y no puede firmar`,
    no_signature: ({ params }) => `${plain(params.name)} no tiene firma registrada`,
    too_slow: () => 'La consulta tarda demasiado sobre tantas credenciales; limitela',
    invalid: ({ path, params }) =>
      params.reason === 'it was sent twice'
        ? `El campo '${path}' esta repetido`
        : (rules[path] ?? `Valor invalido en '${path}'`),
    produce_failed: () => 'La credencial no se pudo producir; intente de nuevo',
    set_aside: () => 'La credencial se aparto porque producirla detuvo el programa; intente de nuevo',
    job_failed: ({ params }) => `No se imprime: ${plain(params.reason)}`,
    job_cancelled: () => 'Trabajo cancelado',
    no_serials: () => 'No quedan numeros de serie para el codigo de barras',
    rejected: ({ params }) => `Rechazado: ${plain(params.reason)}`,
    not_printed: () => 'La carta no se imprimió',
    cancelled: () => 'Trabajo cancelado',
  },
  errors: {
    invalid_input: (_, message) => `Solicitud invalida: ${message}`,
    unauthenticated: () => 'API key invalida o ausente',
    forbidden: ({ permission }) => `Permiso insuficiente: se requiere ${plain(permission)}`,
    not_found: ({ noun, id }) => (nouns[plain(noun)] ?? ((what) => `No encontrado: ${what}`))(plain(id)),
    conflict: ({ underWay }) =>
      underWay
        ? 'Una solicitud con la misma Idempotency-Key esta en curso; intente de nuevo'
        : 'La solicitud choca con otra; intente de nuevo',
    illegal_transition: () => 'El estado actual no permite esta operacion',
    limit_exceeded: ({ needed, available }) =>
      `Creditos insuficientes: se necesitan ${plain(needed)}, hay ${plain(available)} disponibles`,
    too_many_requests: ({ retryAfter }) => `Demasiadas solicitudes; intente de nuevo en ${plain(retryAfter)} segundos`,
    unsupported_media: ({ encoding }) =>
      encoding === undefined
        ? 'Content-Type no soportado: use application/json'
        : 'Content-Encoding no soportado: envie application/json sin comprimir',
    payload_too_large: () => 'El cuerpo de la solicitud es demasiado grande',
    upstream_failed: () => 'Un servidor externo no respondio; intente de nuevo',
    not_ready: () => 'No disponible por el momento; intente de nuevo',
    internal: () => 'Error interno del servidor',
  },
  progress: {
    rows: (current, total) => `Procesando fila ${current} de ${total}`,
    approval: () => 'Esperando aprobacion',
    mails: () => 'Enviando correos',
  },
  connection: {
    400: 'La solicitud no se puede leer',
    408: 'La solicitud tardo demasiado',
    431: 'Los encabezados de la solicitud son demasiado grandes',
  },
  method: (method, allowed) => `Metodo ${method} no permitido. Metodos permitidos: ${allowed}`,
};

/** What is wrong with JSON, by the reader's words for it. */
const jsonFaults: Record<JsonFault, string> = {
  'it is empty': 'esta vacio',
  'it ends too early': 'termina antes de tiempo',
  'something follows its end': 'algo sigue despues del final',
  'an unexpected character': 'caracter inesperado',
  'a control character stands in a text': 'caracter de control dentro de un texto',
  'an escape is not valid': 'secuencia de escape invalida',
  'a number is not valid': 'numero invalido',
  'it is nested too deeply': 'demasiados niveles anidados',
  'it is not UTF-8': 'no es UTF-8',
};

const nouns: Record<string, (id: string) => string> = {
  address: (id) => `Ruta no encontrada: ${id}`,
  // As UniCreda's jobs say it.
  template: () => 'Achievement not found',
  batch: (id) => `Job no encontrado: ${id}`,
  job: (id) => `Job no encontrado: ${id}`,
  certificate: (id) => `Credencial no encontrada: ${id}`,
  credential: (id) => `Credencial no encontrada: ${id}`,
};
