/**
 * Cuts one JSON document into the values of its outermost object and the elements of one list in it, byte by byte as it arrives, and
 * refuses what JSON.parse refuses. It makes no values: each piece is small enough for JSON.parse.
 *
 * Measured on 18 MB, 100,000 recipients, Node 24, processor time: @streamparser/json 1.4 s, stream-json 4.7 s, JSON.parse of pieces that
 * are cut like this 0.5 s, cutting alone 0.4 s; the body is read twice, and neither library keeps the digits of long numbers or half
 * characters.
 */

import { isUtf8 } from 'node:buffer';
import { cutTail } from './decode.ts';
import { action, faultIn, firstAction, grammar, type JsonFault, state, stateAfter } from './json-grammar.ts';

export interface JsonPiece {
  bytes: Buffer;
  /** Of its first byte in the document. */
  offset: number;
  /** Whether a number in it may not survive being read as one: it has an exponent or more than 15 characters. */
  hasLongNumber: boolean;
}

export interface JsonEvents {
  /** A value of the outermost object that is not the list; no piece where it is longer than `maxBytes`. */
  member(key: string, piece: JsonPiece | undefined): void;
  /** The list begins. */
  list(): void;
  element(piece: JsonPiece): void;
  /** An element is longer than `maxBytes`; to be thrown. */
  tooLarge(offset: number): Error;
  /** The document is not JSON; to be thrown. */
  malformed(offset: number, reason: JsonFault): Error;
}

export interface JsonBounds {
  /** How deep values may stand in each other. */
  maxDepth: number;
  /** Of one piece. */
  maxBytes: number;
}

const longNumber = 15;
const listDepth = 2;
/** No piece is being read. */
const none = -1;

export class JsonScanner {
  readonly #listKey: string;
  readonly #bounds: JsonBounds;
  readonly #events: JsonEvents;
  readonly #isObject: Uint8Array;
  #state: number = state.start;
  /** Bytes before this chunk. */
  #base = 0;
  #depth = 0;
  #inKey = false;
  #inList = false;
  #key = '';
  #numberAt = 0;
  #hasLongNumber = false;
  /** The piece that is being read: what earlier chunks hold of it, and where it goes on in this one. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #from = none;
  #pieceAt = 0;
  /** The beginning of a character that a chunk's end cuts in two. */
  #tail: Buffer = Buffer.alloc(0);

  /** `listKey` is the key of the list that is given element by element. */
  constructor(listKey: string, bounds: JsonBounds, events: JsonEvents) {
    this.#listKey = listKey;
    this.#bounds = bounds;
    this.#events = events;
    this.#isObject = new Uint8Array(bounds.maxDepth);
  }

  feed(chunk: Buffer): void {
    this.#checkUtf8(chunk);
    if (this.#from !== none) this.#from = 0;
    let now = this.#state;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      const to = grammar[(now << 8) | byte] as number;
      if (to === state.error) throw this.#events.malformed(this.#base + at, faultIn(now, byte));
      if (to < firstAction) now = to;
      else {
        this.#act(chunk, at, to);
        now = this.#state;
        if (to === action.closeNumber) at--;
        else if (now === state.string) at = endOfPlain(chunk, at + 1) - 1;
      }
    }
    this.#state = now;
    if (this.#from !== none) this.#hold(chunk.subarray(this.#from));
    this.#base += chunk.length;
  }

  /** Call it after the last chunk; false where the document is JSON but no object. */
  finish(): boolean {
    const now = this.#state;
    if (this.#tail.length > 0) throw this.#events.malformed(this.#base - this.#tail.length, 'it is not UTF-8');
    const isEmpty = now === state.start || (now === state.value && this.#depth === 0);
    if (isEmpty) throw this.#events.malformed(this.#base, 'it is empty');
    const endsNumber = this.#depth === 0 && grammar[(now << 8) | 0x20] === action.closeNumber;
    if (now !== state.done && !endsNumber) throw this.#events.malformed(this.#base, 'it ends too early');
    return this.#isObject[0] === 1;
  }

  #act(chunk: Buffer, at: number, what: number): void {
    switch (what) {
      case action.openObject:
        this.#enter(at, 1);
        break;
      case action.openList:
        this.#enter(at, 0);
        break;
      case action.closeObject:
        this.#leave(chunk, at, 1);
        break;
      case action.closeList:
        this.#leave(chunk, at, 0);
        break;
      case action.comma:
        this.#state = this.#isObject[this.#depth - 1] === 1 ? state.key : state.value;
        break;
      case action.openKey:
        this.#openText(at, true);
        break;
      case action.openString:
        this.#openText(at, false);
        break;
      case action.closeString:
        this.#closeText(chunk, at);
        break;
      case action.exponent:
        this.#hasLongNumber = true;
        this.#state = state.exponent;
        break;
      case action.closeNumber:
        if (this.#base + at - this.#numberAt > longNumber) this.#hasLongNumber = true;
        this.#close(chunk, at);
        break;
      case action.closeWord:
        this.#close(chunk, at + 1);
        break;
      default:
        this.#open(at);
        this.#numberAt = this.#base + at;
        this.#state = stateAfter(chunk[at] as number);
    }
  }

  #enter(at: number, kind: 0 | 1): void {
    if (this.#depth === 1 && kind === 0 && this.#key === this.#listKey) {
      this.#inList = true;
      this.#events.list();
    } else this.#open(at);
    if (this.#depth === this.#bounds.maxDepth) throw this.#events.malformed(this.#base + at, 'it is nested too deeply');
    this.#isObject[this.#depth++] = kind;
    this.#state = kind === 1 ? state.firstKey : state.firstElement;
  }

  #leave(chunk: Buffer, at: number, kind: 0 | 1): void {
    if (this.#depth === 0 || this.#isObject[this.#depth - 1] !== kind)
      throw this.#events.malformed(this.#base + at, 'an unexpected character');
    this.#depth--;
    if (this.#depth === 1) this.#inList = false;
    this.#close(chunk, at + 1);
  }

  #openText(at: number, isKey: boolean): void {
    this.#inKey = isKey;
    if (!isKey || this.#depth === 1) this.#open(at);
    this.#state = state.string;
  }

  #closeText(chunk: Buffer, at: number): void {
    if (!this.#inKey) {
      this.#close(chunk, at + 1);
      return;
    }
    this.#state = state.colon;
    if (this.#depth !== 1) return;
    const bytes = this.#take(chunk, at + 1);
    this.#key = bytes ? (JSON.parse(bytes.toString('utf8')) as string) : '';
  }

  #isPiece(): boolean {
    return this.#depth === 1 || (this.#inList && this.#depth === listDepth);
  }

  #open(at: number): void {
    if (!this.#isPiece()) return;
    this.#from = at;
    this.#pieceAt = this.#base + at;
    this.#hasLongNumber = false;
  }

  /** A value has ended before `end`. */
  #close(chunk: Buffer, end: number): void {
    this.#state = this.#depth === 0 ? state.done : state.next;
    if (this.#from === none || !this.#isPiece()) return;
    const bytes = this.#take(chunk, end);
    const piece = bytes && { bytes, offset: this.#pieceAt, hasLongNumber: this.#hasLongNumber };
    if (!this.#inList) this.#events.member(this.#key, piece);
    else if (piece) this.#events.element(piece);
    else throw this.#events.tooLarge(this.#pieceAt);
  }

  #take(chunk: Buffer, end: number): Buffer | undefined {
    const last = chunk.subarray(this.#from, end);
    const held = this.#held;
    const isTooLarge = this.#heldBytes + last.length > this.#bounds.maxBytes;
    this.#held = [];
    this.#heldBytes = 0;
    this.#from = none;
    if (isTooLarge) return undefined;
    return held.length === 0 ? last : Buffer.concat([...held, last]);
  }

  #hold(part: Buffer): void {
    this.#heldBytes += part.length;
    if (this.#heldBytes <= this.#bounds.maxBytes) this.#held.push(part);
    else if (this.#inList) throw this.#events.tooLarge(this.#pieceAt);
    else this.#held = [];
  }

  #checkUtf8(chunk: Buffer): void {
    const all = this.#tail.length === 0 ? chunk : Buffer.concat([this.#tail, chunk]);
    const isGood = (length: number) => {
      const some = all.subarray(0, length);
      return isUtf8(some.subarray(0, length - cutTail(some)));
    };
    if (!isGood(all.length)) {
      let [good, bad] = [0, all.length];
      while (bad - good > 1) {
        const middle = (good + bad) >> 1;
        if (isGood(middle)) good = middle;
        else bad = middle;
      }
      const goodBytes = good - cutTail(all.subarray(0, good));
      throw this.#events.malformed(this.#base - this.#tail.length + goodBytes, 'it is not UTF-8');
    }
    // A copy, or a few bytes would hold a whole chunk.
    this.#tail = Buffer.from(all.subarray(all.length - cutTail(all)));
  }
}

/** The next byte in a text that is not simply one of its own. */
function endOfPlain(chunk: Buffer, from: number): number {
  let at = from;
  for (; at < chunk.length; at++) {
    const byte = chunk[at] as number;
    if (byte === 0x22 || byte === 0x5c || byte < 0x20) break;
  }
  return at;
}
