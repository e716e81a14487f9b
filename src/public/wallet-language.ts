/** Which language the pages of a wallet speak: the reader's own where they can, else that of the newest certificate in it, else English. */

import type { FastifyRequest } from 'fastify';
import { textDirection } from '../domain/language.ts';
import { renderDocument } from './document.ts';
import { type Html, html } from './html.ts';
import { numbersIn, readerLanguage, wantedLanguage } from './reader-language.ts';
import { english, type WalletWords } from './wallet-words.ts';
import { arabic } from './wallet-words-ar.ts';
import { spanish } from './wallet-words-es.ts';

const spoken: Record<string, WalletWords> = { en: english, es: spanish, ar: arabic };

export interface WalletSpeech {
  /** BCP 47. */
  language: string;
  words: WalletWords;
  number(value: number): string;
}

export function speakTo({ headers }: FastifyRequest, fallback = 'en'): WalletSpeech {
  const language = readerLanguage(headers['accept-language'], fallback, Object.keys(spoken));
  return { language, words: spoken[language] as WalletWords, number: numbersIn(language) };
}

/** What the reader asks for of what is spoken here; for the mail, whose reader may be somebody else. */
export const languageAskedFor = ({ headers }: FastifyRequest): string | undefined =>
  wantedLanguage(headers['accept-language'], Object.keys(spoken));

export function renderWalletDocument(
  { language, words }: WalletSpeech,
  title: string,
  main: Html,
  footer = words.footer,
): string {
  const direction = textDirection(language);
  return renderDocument({ language, direction, title, banner: words.banner, main, footer: html`<p>${footer}</p>` });
}
