/** Headless Chromium: one page with fonts and art stays open, each document changes its words and is printed. */

import { chromium } from 'playwright-core';
import { findChromium } from '../../test/support/find-chromium.ts';
import { type Peer, versionOf } from './peer.ts';
import { artSvg, type FontName, fillText, fontFiles, qrPath, readFont, readScene, type Scene } from './scene.ts';

export async function openChromium(): Promise<Peer> {
  const program = findChromium();
  if (!program) throw new Error('no Chromium on the PATH; name one in CHROMIUM');
  const scene = await readScene();
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage();
  await page.setContent(htmlOf(scene));
  await page.evaluate('document.fonts.ready');
  const texts = scene.texts.filter(({ isFixed }) => !isFixed);
  const fill = `(${fillPage})`;
  return {
    version: `${versionOf('playwright-core')} with Chromium ${browser.version()}`,
    remark: 'page kept open, words changed; no attachment, no PDF/A, no seal',
    async make({ facts, values }) {
      const { modules, d } = qrPath(facts.verificationUrl);
      const words = texts.map(({ id, text, size, minSize, wrap }) => ({
        ...{ id, size, minSize, wrap, text: fillText(text, values) },
      }));
      const title = `Certificate of Achievement: ${facts.name}`;
      await page.evaluate(`${fill}(${JSON.stringify({ words, modules, d, title })})`);
      const inches = (points: number) => `${points / 72}in`;
      return page.pdf({ width: inches(scene.width), height: inches(scene.height), printBackground: true });
    },
    close: () => browser.close(),
  };
}

/** Runs in the page. */
const fillPage = `({ words, modules, d, title }) => {
  document.title = title;
  for (const { id, text, size, minSize, wrap } of words) {
    const box = document.getElementById(id);
    const span = box.firstChild;
    span.textContent = text;
    span.style.fontSize = size + 'pt';
    if (wrap) for (let at = size; at > minSize && span.offsetHeight > box.clientHeight; at -= 0.5) span.style.fontSize = at + 'pt';
    else span.style.fontSize = Math.max(minSize, Math.min(size, (size * box.clientWidth) / span.offsetWidth)) + 'pt';
  }
  const code = document.getElementById('qr');
  code.setAttribute('viewBox', '0 0 ' + modules + ' ' + modules);
  code.firstChild.setAttribute('d', d);
}`;

function htmlOf(scene: Scene): string {
  const faces = (Object.keys(fontFiles) as FontName[]).map(
    (name) => `@font-face{font-family:${name};src:url(data:font/ttf;base64,${readFont(name).toString('base64')})}`,
  );
  const place = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) =>
    `left:${x}pt;top:${y}pt;width:${width}pt;height:${height}pt`;
  const texts = scene.texts.map(({ id, text, font, size, color, lineHeight, wrap, isFixed, ...box }) => {
    const style = `${place(box)};font:${size}pt/${lineHeight} ${font};color:${color};white-space:${wrap ? 'normal' : 'nowrap'}`;
    return `<div id="${id}" style="${style}"><span style="display:inline-block">${isFixed ? text : ''}</span></div>`;
  });
  const images = scene.images.map(
    ({ data, ...box }) => `<img style="${place(box)}" src="data:image/png;base64,${data.toString('base64')}">`,
  );
  const { x, y, size, color } = scene.qr;
  const qr = `<svg id="qr" style="${place({ x, y, width: size, height: size })}" fill="${color}"><path/></svg>`;
  const style =
    '@page{margin:0}body{margin:0}div,img,svg{position:absolute;left:0;top:0}div{text-align:center}' +
    `body{width:${scene.width}pt;height:${scene.height}pt;background:${scene.background};overflow:hidden}`;
  return `<!doctype html><meta charset="utf-8"><style>${faces.join('')}${style}</style>${artSvg(scene)}${images.join('')}${texts.join('')}${qr}`;
}
