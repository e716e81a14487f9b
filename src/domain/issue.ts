/** What is wrong with a row, a file or a request: a code and facts, never a sentence; each door speaks its own language. */

export interface Issue {
  /** Where: a field's name (`name`, `email`, `issue_date`, `CourseTitle`), `file`, `signatories.0.index`, or a template path. */
  path: string;
  code: IssueCode;
  /** Facts for the sentence: the offending value (`value`, cut to 200 characters), bounds, a line number. */
  params?: Record<string, string | number | boolean | null | readonly (string | number)[]>;
}

/** Each code with its English sentence and remedy, used by the CLI, the error CSV and our own API. `{param}` are filled in. */
export const issueSentences = {
  required: 'is empty; give a value',
  too_long: 'has {length} characters; at most {max} are allowed',
  too_short: 'has {length} characters; at least {min} are needed',
  not_a_number: 'is not a number; write digits with a point, such as 12.5',
  too_small: 'is below {min}',
  too_large: 'is above {max}',
  number_unsafe: 'cannot be signed exactly; use 0 or a number of at least 0.000001, with at most 15 digits',
  not_a_date: 'is not a date in the form {format}',
  date_order: 'lies before {other}',
  not_an_email: 'is not an e-mail address',
  not_a_url: 'is not an absolute http or https address',
  not_a_choice: 'is not one of: {choices}',
  control_character: 'contains the invisible control character {codePoint}; delete it',
  bidi_override: 'contains the text-direction character {codePoint}; delete it',
  malformed_text: 'contains half a character (a lone surrogate); type it again',
  not_evidence: 'is not a list of pieces of evidence; write [{"name":"…","url":"https://…","description":"…"}]',
  evidence_incomplete: 'piece {position} lacks its {key}; each piece needs a name and a url',
  evidence_not_a_text: 'piece {position}: its {key} is not a text',
  evidence_too_long: 'piece {position}: its {key} has {length} characters; at most {max} are allowed',
  evidence_not_a_url: 'piece {position}: its url is not an absolute http or https address',
  evidence_repeated: 'names the address {value} twice; each piece of evidence needs its own',
  credits_below_one:
    'may be a fraction below 1, such as 0.5; verifiers written in Python (PyLD) write it otherwise and call the credential changed',
  too_few: 'has {found}; at least {min} are needed',
  too_many: 'has {found}; at most {max} are allowed',
  missing_glyph: 'contains "{character}" ({codePoint}), which no font on this server can draw',
  text_overflow: 'does not fit its box even at the smallest size; shorten it',
  ragged_row: 'the row has {found} cells but the header has {expected}',
  missing_header: 'the column {column} is missing from the header',
  duplicate_header: 'the header names the column {column} twice',
  empty_header: 'column {number} has no name',
  forbidden_header: 'the column name {column} is not allowed',
  too_many_columns: 'the file has {found} columns; at most {max} are allowed',
  too_many_rows: 'the file has more than {max} rows',
  record_too_large: 'the record that starts in line {line} is larger than {max} bytes; is a quote left open?',
  unclosed_quote: 'a quote opened in line {line} is never closed',
  stray_quote: 'a quote stands in the middle of a cell in line {line}; double it or quote the whole cell',
  duplicate: 'repeats {repeats} and was left out; hand it in with duplicates=allow if it is meant',
  duplicate_rows: 'the file repeats {count} rows; correct it, or send duplicates=skip or allow',
  duplicate_row: 'row {row} repeats {repeats}',
  no_rows: 'the file has no rows',
  empty_file: 'the file is empty',
  wrong_encoding: 'the file is not UTF-8 (it looks like {likely}); save it as UTF-8 or name its charset',
  unknown_charset: 'the charset {charset} is not known',
  not_a_table: 'the file is not a table of comma-, semicolon- or tab-separated values',
  malformed_json: 'is not JSON: line {line}, column {column} (byte {offset}): {reason}',
  malformed_xml: 'is not XML: line {line}, column {column}, in {element}: {reason}',
  not_an_object: 'is not a JSON object',
  not_text: 'is not text',
  no_such_template: 'is no template of this organization',
  wrong_count: 'has {found}; {expected} are needed',
  not_from_one: 'is {position}; positions count from 1',
  position_gap: 'is {position}; positions count from 1 without gaps or repeats',
  same_member: 'names the same person for several positions',
  two_members: 'names two different people',
  no_such_member: 'is nobody of this organization',
  archived_member: 'names {name}, who is archived and cannot sign',
  no_signature: 'names {name}, who has no signature on file',
  too_slow:
    'takes too long over so many certificates; name a batch, or search for a whole e-mail address or reference id',
  invalid: 'is not valid: {reason}',
  produce_failed: 'could not be produced: {reason}; retry, and report it if it comes again',
  set_aside:
    'was set aside because producing it stopped the program {deaths} times; retry, and report it if it comes again',
  job_failed: 'is not printed, since its job failed: {reason}',
  job_cancelled: 'is not printed, since its job was cancelled',
  no_serials: 'gets no barcode: the serial numbers of the mailer {mailer} are used up for 45 days',
  rejected: 'was rejected: {reason}',
  not_printed: 'was not printed: {reason}',
  cancelled: 'was not made because the batch was cancelled',
} as const;

export type IssueCode = keyof typeof issueSentences;

/** The English sentence for an issue, without its path, e.g. `is not an e-mail address`. */
export function describeIssue(issue: Issue): string {
  return issueSentences[issue.code].replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = issue.params?.[key];
    return Array.isArray(value) ? value.join(', ') : String(value ?? '?');
  });
}
