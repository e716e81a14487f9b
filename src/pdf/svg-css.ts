/** The little of CSS that drawing programs write: rules for one type, class or id, and declarations; no at-rules, no addresses. */

import { assetFault, quoted } from './asset-fault.ts';
import type { SvgNode, SvgTree } from './svg-tree.ts';

export interface CssRule {
  type?: string;
  className?: string;
  id?: string;
  /** Sorts by specificity, then by place. */
  rank: number;
  declarations: ReadonlyMap<string, string>;
}

const maxRules = 2_000;

/** Properties and presentation attributes that decide how something is drawn. */
const known = new Set([
  ...['fill', 'fill-opacity', 'fill-rule', 'stroke', 'stroke-opacity', 'stroke-width', 'stroke-linecap', 'color'],
  ...['stroke-linejoin', 'stroke-miterlimit', 'stroke-dasharray', 'stroke-dashoffset', 'opacity', 'display'],
  ...['visibility', 'clip-path', 'clip-rule', 'transform', 'stop-color', 'stop-opacity'],
]);
/** Would change the drawing if it were ignored; with the value that does nothing. */
const refused: Readonly<Record<string, string>> = {
  mask: 'none',
  filter: 'none',
  marker: 'none',
  'marker-start': 'none',
  'marker-mid': 'none',
  'marker-end': 'none',
  'mix-blend-mode': 'normal',
  'vector-effect': 'none',
};
/** Orders in which the fill comes before the stroke, as it is drawn here; Inkscape writes them everywhere. */
const usualOrder = /^(normal|markers|(markers\s+)?fill(\s.*)?)$/;

export function readStylesheet(css: string, before: number): CssRule[] {
  const rules: CssRule[] = [];
  const text = withoutComments(css);
  for (let at = 0; ; ) {
    const open = text.indexOf('{', at);
    if (open < 0) {
      if (text.slice(at).trim() !== '') throw assetFault('the style sheet in the SVG cannot be read');
      return rules;
    }
    const close = text.indexOf('}', open);
    if (close < 0) throw assetFault('the style sheet in the SVG cannot be read');
    const declarations = readDeclarations(text.slice(open + 1, close));
    for (const selector of text.slice(at, open).split(',')) {
      if (before + rules.length >= maxRules) throw assetFault('the style sheet in the SVG has too many rules');
      rules.push({ ...readSelector(selector.trim(), before + rules.length), declarations });
    }
    at = close + 1;
  }
}

function withoutComments(css: string): string {
  let text = '';
  for (let at = 0; ; ) {
    const start = css.indexOf('/*', at);
    if (start < 0) return text + css.slice(at);
    const end = css.indexOf('*/', start + 2);
    if (end < 0) return text + css.slice(at, start);
    text += css.slice(at, start);
    at = end + 2;
  }
}

function readSelector(selector: string, order: number): Omit<CssRule, 'declarations'> {
  const match = /^([A-Za-z]{1,40})?(?:([.#])([\w-]{1,200}))?$/.exec(selector);
  if (!match || selector === '')
    throw assetFault(
      `the style sheet in the SVG uses ${quoted(selector)}; export with presentation attributes instead`,
    );
  const [, type, kind, name] = match;
  const specificity = (kind === '#' ? 100 : kind === '.' ? 10 : 0) + (type ? 1 : 0);
  return {
    ...(type && { type }),
    ...(kind === '.' && { className: name }),
    ...(kind === '#' && { id: name }),
    rank: specificity * maxRules + order,
  };
}

/** `name: value; …`; a semicolon inside quotes or brackets is not expected in what is drawn. */
export function readDeclarations(text: string): Map<string, string> {
  const declarations = new Map<string, string>();
  for (const part of text.split(';')) {
    const colon = part.indexOf(':');
    if (colon < 0) continue;
    const value = part
      .slice(colon + 1)
      .trim()
      .replace(/!important$/, '')
      .trimEnd();
    declarations.set(part.slice(0, colon).trim().toLowerCase(), value);
  }
  return declarations;
}

/** The properties that are set on an element itself: attributes, then rules, then its style attribute. */
export function ownProperties(node: SvgNode, tree: SvgTree): Map<string, string> {
  const properties = new Map<string, string>();
  const set = (declarations: Iterable<readonly [string, string]>) => {
    for (const [name, raw] of declarations) {
      const value = raw.trim();
      const harmless = Object.hasOwn(refused, name) ? refused[name] : undefined;
      const odd = name === 'paint-order' ? !usualOrder.test(value) : harmless !== undefined && value !== harmless;
      if (odd) throw assetFault(`the SVG uses ${name}: ${quoted(value)}; flatten the effect or export as PNG`);
      if (known.has(name)) properties.set(name, value);
    }
  };
  set(node.attributes);
  if (tree.rules.length > 0) {
    const classes = (node.attributes.get('class') ?? '').split(/\s+/, 50);
    const matching = tree.rules.filter(
      (rule) =>
        (rule.type === undefined || rule.type === node.name) &&
        (rule.className === undefined || classes.includes(rule.className)) &&
        (rule.id === undefined || rule.id === node.attributes.get('id')),
    );
    for (const rule of matching.sort((a, b) => a.rank - b.rank)) set(rule.declarations);
  }
  const style = node.attributes.get('style');
  if (style !== undefined) set(readDeclarations(style));
  return properties;
}
