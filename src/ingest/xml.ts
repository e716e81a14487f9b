/** Reads XML as a stream of elements, whatever its size: no document type, no entities but XML's own five, bounds on everything that could grow. */

import { SaxesParser } from 'saxes';
import { type ChanceryError, invalidInput } from '../errors.ts';
import { decodeXml, NotOfEncoding } from './decode-xml.ts';

export type XmlEvent =
  | { kind: 'open'; name: string; line: number }
  /** `text` is the element's own, as it came; `isLeaf`: it has no elements in it. */
  | { kind: 'close'; name: string; text: string; isLeaf: boolean };

/** What a document may have; none of them is near what a sensible one has. */
export const xmlLimits = {
  depth: 32,
  attributes: 64,
  nameCharacters: 200,
  /** Of one element, and of a comment, an attribute or the like. */
  textCharacters: 65_536,
};

/**
 * The events of each piece of the body in one array; names without their prefix.
 * @throws ChanceryError invalid_input, issue `malformed_xml` at path `body` with the `line` and `column` (from 1), the innermost open `element`,
 * and the `reason`; nothing of what the elements hold is told
 */
export async function* readXml(body: AsyncIterable<Uint8Array>, charset?: string): AsyncGenerator<XmlEvent[]> {
  const reader = new XmlReader();
  try {
    for await (const text of decodeXml(body, charset)) {
      reader.write(text);
      const events = reader.take();
      if (events.length > 0) yield events;
    }
  } catch (error) {
    if (error instanceof NotOfEncoding) throw reader.fault(`its bytes are not ${error.encoding}`);
    throw error;
  }
  reader.close();
  const events = reader.take();
  if (events.length > 0) yield events;
}

interface Place {
  line: number;
  column: number;
  element: string;
}

interface Open {
  name: string;
  text: string;
  isLeaf: boolean;
}

/** `Ampersand` and what follows, until something shows that it was a reference. */
interface Ampersand extends Place {
  rest: string;
}

const reference = /^(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,4});/i;
const longestReference = 10;

class XmlReader {
  readonly #parser = new SaxesParser({ xmlns: false, position: true });
  readonly #open: Open[] = [];
  #events: XmlEvent[] = [];
  #attributes = 0;
  /** Characters fed so far, and when the parser last had something to tell. */
  #fed = 0;
  #heardAt = 0;
  #ampersand: Ampersand | undefined;

  constructor() {
    const parser = this.#parser;
    parser.on('error', (error) => {
      throw this.#told(error.message);
    });
    parser.on('doctype', () => {
      throw this.fault('a document type (<!DOCTYPE>) is not allowed');
    });
    parser.on('opentagstart', ({ name }) => this.#opens(name));
    parser.on('attribute', ({ name, value }) => this.#hasAttribute(name, value));
    parser.on('closetag', () => this.#closes());
    parser.on('text', (text) => this.#hasText(text));
    parser.on('cdata', (text) => this.#hasText(text));
    parser.on('comment', () => this.#heard());
    parser.on('processinginstruction', () => this.#heard());
    parser.on('xmldecl', () => this.#heard());
  }

  /** Cut behind every ampersand: the parser tells of one that begins nothing only where it ends, which may be pages later. */
  write(text: string): void {
    for (let at = 0; at < text.length; ) {
      const found = text.indexOf('&', at);
      const end = found < 0 ? text.length : found + 1;
      this.#feed(text.slice(at, end));
      if (found >= 0) this.#meetsAmpersand();
      at = end;
    }
  }

  close(): void {
    this.#parser.close();
    this.#parser.off('error');
  }

  take(): XmlEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  fault(reason: string, place: Place = this.#place()): ChanceryError {
    const { line, column, element } = place;
    return invalidInput('the XML cannot be read', [
      { path: 'body', code: 'malformed_xml', params: { line, column, element, reason } },
    ]);
  }

  #feed(text: string): void {
    const { rest = '' } = this.#ampersand ?? {};
    if (this.#ampersand && rest.length < longestReference)
      this.#ampersand.rest = (rest + text).slice(0, longestReference);
    this.#fed += text.length;
    this.#parser.write(text);
    if (this.#fed - this.#heardAt > 2 * xmlLimits.textCharacters) throw this.#told('something is too long');
  }

  #meetsAmpersand(): void {
    if (this.#ampersand && !reference.test(this.#ampersand.rest)) return;
    this.#ampersand = { ...this.#place(), rest: '' };
  }

  #heard(): void {
    this.#heardAt = this.#fed;
    this.#ampersand = undefined;
  }

  #opens(name: string): void {
    this.#heard();
    if (name.length > xmlLimits.nameCharacters) throw this.fault('the name of an element is too long');
    if (this.#open.length === xmlLimits.depth) throw this.fault('elements are nested too deeply');
    const outer = this.#open.at(-1);
    if (outer) outer.isLeaf = false;
    const local = name.slice(name.indexOf(':') + 1);
    this.#attributes = 0;
    this.#open.push({ name: local, text: '', isLeaf: true });
    this.#events.push({ kind: 'open', name: local, line: this.#parser.line });
  }

  #hasAttribute(name: string, value: string): void {
    this.#heard();
    this.#attributes++;
    if (this.#attributes > xmlLimits.attributes) throw this.fault('an element has too many attributes');
    if (name.length > xmlLimits.nameCharacters || value.length > xmlLimits.textCharacters)
      throw this.fault('an attribute is too long');
  }

  #hasText(text: string): void {
    this.#heard();
    const open = this.#open.at(-1);
    if (!open) return;
    // What stands between elements is there to be looked at.
    if (open.text === '' && !open.isLeaf && text.trim() === '') return;
    if (open.text.length + text.length > xmlLimits.textCharacters) throw this.fault('a text is too long');
    open.text += text;
  }

  #closes(): void {
    this.#heard();
    this.#events.push({ kind: 'close', ...(this.#open.pop() as Open) });
  }

  #place(): Place {
    const { line, column } = this.#parser;
    const open = this.#open.at(-1);
    return { line, column: Math.max(1, column), element: open ? `<${open.name}>` : 'the document' };
  }

  /** What the parser says of a fault, without the place it puts before it. */
  #told(message: string): ChanceryError {
    const said = message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
    const { rest } = this.#ampersand ?? {};
    const isBare = rest !== undefined && !reference.test(rest);
    if (/entity/.test(said) || (isBare && /unclosed tag|unexpected end|too long/.test(said)))
      return this.fault('an "&" begins nothing that XML knows; write &amp; for the character', this.#ampersand);
    return this.fault(said);
  }
}
