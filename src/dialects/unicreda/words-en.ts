/** English, for clients that ask for it with Accept-Language. */

import { describeIssue, type IssueCode, issueSentences } from '../../domain/issue.ts';
import { plain, type Say, type Spot, type Words } from './words.ts';

const subject = ({ path }: Spot): string =>
  path === 'result_value'
    ? 'Invalid result'
    : path === 'credits_earned'
      ? 'Invalid credits'
      : `Invalid value in '${path}'`;

/** Of pieces, which are named by their place. */
const evidence =
  (more: (params: Spot['params']) => string): Say =>
  ({ path, params }) =>
    `Invalid evidence${path === 'evidence' ? '' : ` in '${path}'`}: ${more(params)}`;

const rules: Record<string, string> = {
  template_id: "The field 'template_id' must be a UUID",
  recipients: "The field 'recipients' must be a list",
  name: "The field 'name' must be a text of 1 to 255 characters",
  body: 'The request body must be a JSON object',
  page: "The parameter 'page' must be a whole number from 1 on",
  per_page: "The parameter 'per_page' must be a whole number from 1 on",
  q: "The parameter 'q' must be a text of at most 255 characters",
  reason: "The field 'reason' must be one line of 1 to 500 characters",
  idempotency_key:
    'Invalid Idempotency-Key: it has 1 to 255 visible ASCII characters and is not used for another request',
};

/** What has no words of its own here says what our own API says, after the name of the field. */
const described = (code: IssueCode): Say => {
  return ({ path, params }) => {
    const sentence = describeIssue({ path, code, params });
    return /^(is|has|names|contains|does|lies|could|was|repeats|takes|cannot) /.test(sentence)
      ? `The field '${path}' ${sentence}`
      : sentence.charAt(0).toUpperCase() + sentence.slice(1);
  };
};

const base = Object.fromEntries(
  (Object.keys(issueSentences) as IssueCode[]).map((code) => [code, described(code)]),
) as Record<IssueCode, Say>;

export const english: Words = {
  issues: {
    ...base,
    required: ({ path }) => `The field '${path}' is required`,
    not_a_number: (spot) => `${subject(spot)}. It must be a number, such as 12.5`,
    too_small: (spot) => `${subject(spot)}. Lowest value: ${plain(spot.params.min)}`,
    too_large: (spot) => `${subject(spot)}. Highest value: ${plain(spot.params.max)}`,
    not_a_date: ({ path, params }) => `Invalid date: ${path} (expected format ${plain(params.format)})`,
    date_order: ({ path, params }) =>
      path === 'activity_end_date' && params.other === 'activity_start_date'
        ? 'The end date must not be before the start date'
        : `The date '${path}' must not be before '${plain(params.other)}'`,
    not_an_email: ({ path, params }) =>
      path === 'email' ? `Invalid email: ${plain(params.value)}` : `Invalid email in '${path}': ${plain(params.value)}`,
    not_a_choice: (spot) =>
      spot.path === 'result_value' && spot.brief
        ? subject(spot)
        : `${subject(spot)}. Allowed values: ${plain(spot.params.choices)}`,
    not_evidence: evidence(({ position }) =>
      position === undefined
        ? 'it must be a list of objects with name and url'
        : `element ${plain(position)} must be an object with name and url`,
    ),
    evidence_incomplete: evidence(() => 'every element needs name and url'),
    evidence_not_a_text: evidence(({ position, key }) => `${plain(key)} of element ${plain(position)} must be a text`),
    evidence_too_long: evidence(
      ({ position, key, length, max }) =>
        `${plain(key)} of element ${plain(position)} has ${plain(length)} characters; at most ${plain(max)} are allowed`,
    ),
    evidence_not_a_url: evidence(
      ({ position }) => `url of element ${plain(position)} must be an absolute http or https address`,
    ),
    evidence_repeated: evidence(({ value: url }) => `the address ${plain(url)} is repeated`),
    too_many_rows: ({ params }) => `Too many recipients: at most ${plain(params.max)} are allowed`,
    record_too_large: ({ params }) =>
      `The recipient that starts in line ${plain(params.line)} is larger than ${plain(params.max)} bytes`,
    malformed_json: ({ params }) =>
      `Invalid JSON in line ${plain(params.line)}, column ${plain(params.column)} (byte ${plain(params.offset)}): ${plain(params.reason)}`,
    not_an_object: ({ path }) => rules[path] ?? 'The recipient must be an object',
    not_text: (spot) => `${subject(spot)}. It must be text`,
    duplicate: ({ params }) => `Duplicate: repeats ${plain(params.repeats)}`,
    duplicate_rows: ({ params }) => `${plain(params.count)} recipients are duplicates`,
    no_rows: () => "The field 'recipients' must not be empty",
    empty_file: () => 'The request body is empty',
    wrong_encoding: () => 'The request body is not UTF-8',
    no_such_template: () => 'Achievement not found',
    invalid: ({ path, params }) =>
      params.reason === 'it was sent twice'
        ? `The field '${path}' comes twice`
        : (rules[path] ?? `Invalid value in '${path}': ${plain(params.reason)}`),
    produce_failed: () => 'The credential could not be produced; try again',
    set_aside: () => 'The credential was set aside because producing it stopped the program; try again',
    job_failed: ({ params }) => `Is not printed: ${plain(params.reason)}`,
    job_cancelled: () => 'Job cancelled',
    no_serials: () => 'No serial numbers are left for the barcode',
    rejected: ({ params }) => `Rejected: ${plain(params.reason)}`,
    cancelled: () => 'Job cancelled',
  },
  errors: {
    invalid_input: (_, message) => `Invalid request: ${message}`,
    unauthenticated: () => 'Invalid or missing API key',
    forbidden: ({ permission }) => `Insufficient permissions: ${plain(permission)} is required`,
    not_found: ({ noun, id }) => (nouns[plain(noun)] ?? ((what) => `Not found: ${what}`))(plain(id)),
    conflict: (_, message) => `Conflict: ${message}`,
    illegal_transition: (_, message) => `Not allowed now: ${message}`,
    limit_exceeded: ({ needed, available }) =>
      `Insufficient credits: ${plain(needed)} needed, ${plain(available)} available`,
    too_many_requests: ({ retryAfter }) => `Too many requests; try again in ${plain(retryAfter)} seconds`,
    unsupported_media: ({ encoding }) =>
      encoding === undefined
        ? 'Unsupported Content-Type: use application/json'
        : 'Unsupported Content-Encoding: send application/json as it is',
    payload_too_large: () => 'The request body is too large',
    upstream_failed: () => 'Another server did not answer; try again',
    not_ready: () => 'Not available at the moment; try again',
    internal: () => 'Internal server error',
  },
  progress: {
    rows: (current, total) => `Processing row ${current} of ${total}`,
    approval: () => 'Waiting for approval',
    mails: () => 'Sending e-mails',
  },
  connection: {
    400: 'The request cannot be read',
    408: 'The request took too long',
    431: 'The headers of the request are too large',
  },
  method: (method, allowed) => `Method ${method} not allowed. Allowed methods: ${allowed}`,
};

const nouns: Record<string, (id: string) => string> = {
  address: (id) => `Address not found: ${id}`,
  template: () => 'Achievement not found',
  batch: (id) => `Job not found: ${id}`,
  job: (id) => `Job not found: ${id}`,
  certificate: (id) => `Credential not found: ${id}`,
  credential: (id) => `Credential not found: ${id}`,
};
