/** An SVG file as a tree of allowed elements; whatever could fetch, run, or expand without bound is refused while it is read. */

import { SaxesParser, type SaxesTagNS } from 'saxes';
import { assetFault, quoted } from './asset-fault.ts';
import { type CssRule, readStylesheet } from './svg-css.ts';

export interface SvgNode {
  name: string;
  /** By local name; `href` and `xlink:href` are one. */
  attributes: ReadonlyMap<string, string>;
  children: SvgNode[];
}

export interface SvgTree {
  root: SvgNode;
  byId: ReadonlyMap<string, SvgNode>;
  rules: readonly CssRule[];
}

const limits = { bytes: 5_000_000, elements: 20_000, depth: 64, attributes: 64 };
const svgNamespace = 'http://www.w3.org/2000/svg';
const xlinkNamespace = 'http://www.w3.org/1999/xlink';

const shapes = ['path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon'];
const allowed = new Set([
  ...['svg', 'g', 'defs', 'use', 'linearGradient', 'radialGradient', 'stop', 'clipPath', 'style'],
  ...shapes,
]);
/** Nothing in them is ever drawn. */
const silent = new Set(['title', 'desc', 'metadata']);
/** Editors' notes about their own windows and layers. */
const silentNamespace = /^http:\/\/(www\.inkscape\.org|sodipodi\.sourceforge\.net|ns\.adobe\.com)\//;

const remedies: Readonly<Record<string, string>> = {
  text: 'convert text to paths (Inkscape: Path > Object to Path; Illustrator: Type > Create Outlines)',
  tspan: 'convert text to paths',
  image: 'add the picture as an image element of the template instead',
  script: 'export the drawing without scripts',
  foreignObject: 'export the drawing without embedded HTML',
  filter: 'flatten filter effects, or export as PNG',
  mask: 'use clipPath, or export as PNG',
  pattern: 'expand patterns into shapes, or export as PNG',
  marker: 'convert markers to paths (Inkscape: Path > Stroke to Path)',
  symbol: 'replace symbols by groups',
  svg: 'only one svg element may stand in the file; ungroup nested ones',
};

export function svgRefusal(name: string): Error {
  return assetFault(
    `the SVG uses <${quoted(name).slice(1, -1)}>; ${Object.hasOwn(remedies, name) ? remedies[name] : 'remove it, or export as PNG'}`,
  );
}

/** Throws `invalid_input` naming the first thing that is not allowed. */
export function readSvg(data: Uint8Array): SvgTree {
  if (data.length > limits.bytes) throw assetFault('the SVG is larger than 5 MB; simplify its paths or export as PNG');
  return new TreeReader().read(decode(data));
}

function decode(data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    throw assetFault('the SVG is not UTF-8 text; save it uncompressed and as UTF-8');
  }
}

class TreeReader {
  readonly #parser = new SaxesParser({ xmlns: true, position: false });
  readonly #open: SvgNode[] = [];
  readonly #byId = new Map<string, SvgNode>();
  readonly #rules: CssRule[] = [];
  #root: SvgNode | undefined;
  #elements = 0;
  #attributes = 0;
  #depth = 0;
  /** Depth at which a silent element was opened; everything inside is skipped. */
  #silentFrom = 0;
  #css = '';

  read(text: string): SvgTree {
    const parser = this.#parser;
    parser.on('doctype', () => {
      throw assetFault('the SVG has a DOCTYPE; delete that line');
    });
    parser.on('processinginstruction', () => {
      throw assetFault('the SVG has a processing instruction; delete it');
    });
    parser.on('error', () => {
      throw assetFault('the SVG is not well-formed XML; export it again');
    });
    parser.on('opentagstart', () => {
      this.#attributes = 0;
      if (++this.#elements > limits.elements) throw assetFault('the SVG has too many elements (more than 20,000)');
      if (++this.#depth > limits.depth) throw assetFault('the SVG is nested too deeply (more than 64 levels)');
    });
    parser.on('attribute', () => {
      if (++this.#attributes > limits.attributes) throw assetFault('an element of the SVG has too many attributes');
    });
    parser.on('opentag', (tag) => this.#enter(tag));
    parser.on('closetag', () => this.#leave());
    const onText = (part: string) => {
      if (this.#silentFrom === 0 && this.#open.at(-1)?.name === 'style') this.#css += part;
    };
    parser.on('text', onText);
    parser.on('cdata', onText);
    parser.write(text).close();
    if (this.#root?.name !== 'svg') throw assetFault('the file is not an SVG drawing');
    return { root: this.#root, byId: this.#byId, rules: this.#rules };
  }

  #enter(tag: SaxesTagNS) {
    if (this.#silentFrom > 0) return;
    const local = tag.local;
    if (tag.uri === svgNamespace || tag.uri === '') {
      if (silent.has(local)) this.#silentFrom = this.#depth;
      else this.#add(tag, local);
    } else if (silentNamespace.test(tag.uri)) this.#silentFrom = this.#depth;
    else throw svgRefusal(tag.name);
  }

  #add(tag: SaxesTagNS, name: string) {
    const parent = this.#open.at(-1);
    if (!allowed.has(name) || (name === 'svg') !== (parent === undefined)) throw svgRefusal(name);
    const attributes = new Map<string, string>();
    for (const { local, uri, value } of Object.values(tag.attributes)) {
      if (uri !== '' && !(uri === xlinkNamespace && local === 'href')) continue;
      if (/^on/i.test(local)) throw assetFault(`the SVG has an event handler (${quoted(local)}); remove it`);
      if (local === 'href' && !value.trim().startsWith('#'))
        throw assetFault('the SVG refers to something outside itself (href); embed it as paths or remove it');
      attributes.set(local, value);
    }
    const node: SvgNode = { name, attributes, children: [] };
    const id = attributes.get('id');
    if (id !== undefined && !this.#byId.has(id)) this.#byId.set(id, node);
    if (parent) parent.children.push(node);
    else this.#root = node;
    this.#open.push(node);
  }

  #leave() {
    if (this.#silentFrom === 0) {
      if (this.#open.pop()?.name === 'style') {
        this.#rules.push(...readStylesheet(this.#css, this.#rules.length));
        this.#css = '';
      }
    } else if (this.#silentFrom === this.#depth) this.#silentFrom = 0;
    this.#depth--;
  }
}
