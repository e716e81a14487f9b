/** Markup that cannot be injected into: every value put into a template is escaped unless it is markup made here. */

/** Made only by this file's functions, so whatever has this class is safe to print. */
class Html {
  readonly #markup: string;

  constructor(strings: TemplateStringsArray, values: readonly Value[]) {
    let markup = strings[0] as string;
    values.forEach((value, at) => {
      markup += printed(value) + strings[at + 1];
    });
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

export type { Html };

/** `null`, `undefined` and `false` print nothing, so that `condition && html`…`` works. */
export type Value = string | number | Html | null | undefined | false | readonly Html[];

/** Values may stand in text and in double-quoted attributes, nowhere else. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(strings, values);
}

function printed(value: Value): string {
  if (value instanceof Html) return value.toString();
  if (Array.isArray(value)) return value.map(printed).join('');
  if (value === null || value === undefined || value === false) return '';
  return escapeText(String(value));
}

/** Controls and noncharacters, which HTML and XML forbid, become U+FFFD. */
function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** JSON-LD as a data block: browsers never run it, and no text in it can end it. */
export function jsonLdBlock(data: unknown): Html {
  const json = JSON.stringify(data).replace(
    /[<>&\u2028\u2029\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  // The one place where text enters unescaped; the replacement above has taken all that could end the element.
  const strings = Object.assign([`<script type="application/ld+json">${json}</script>`], { raw: [''] });
  return new Html(strings, []);
}

/** The text if it is an address a link may lead to (a path, http or https), otherwise null: `javascript:` and its kin never become links. */
export function linkTarget(text: string): string | null {
  const url = URL.parse(text, 'https://this-server.invalid/');
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? text : null;
}

/** Data of unknown direction and language, isolated from what surrounds it. */
export function data(value: string): Html {
  return html`<bdi dir="auto">${value}</bdi>`;
}
