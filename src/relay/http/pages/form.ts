import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault, WrongMember } from '../../../base/fault.ts';
import { type Html, html } from '../../../base/html.ts';
import { LastAdministrator, type PageLanguage } from '../../domain/account-people.ts';
import { WeakPassword } from '../../secrets/passwords.ts';
import { alone } from './frame/frame.ts';
import { sendHtml } from './send-html.ts';
import { languageAsked, pageWords } from './texts/languages.ts';
import type { PageWords } from './texts/page-words.ts';

/** A password of 256 characters of any alphabet, as a form sends it, and what stands beside it. */
const formMaxBytes = 8_192;

/** Forms of our own pages; nothing else sends this media type here. */
export function takeForms(app: FastifyInstance): void {
  if (app.hasContentTypeParser('application/x-www-form-urlencoded')) return;
  const options = { parseAs: 'string', bodyLimit: formMaxBytes } as const;
  app.addContentTypeParser('application/x-www-form-urlencoded', options, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
}

export const fieldOf = (request: FastifyRequest, name: string): string =>
  request.body instanceof URLSearchParams ? (request.body.get(name) ?? '') : '';

/**
 * A form on another site must not act in the name of somebody who is logged in here.
 * @throws Fault `forbidden`
 */
export function mustBeOwn(request: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  // Browsers that say from which site a form comes, say so; older ones name the origin alone.
  const own =
    site ??
    (origin === undefined || URL.parse(origin)?.host === request.headers.host ? 'same-origin' : 'other');
  if (own === 'same-origin' || own === 'none') return;
  throw new Fault('forbidden', 'this form comes from another site', 'Open the page of the relay itself.');
}

/** A page for whoever is not signed in yet, or is told no: its frame has no menu. */
export const sendPage = (
  reply: FastifyReply,
  title: string,
  body: Html,
  language: PageLanguage = 'en',
): FastifyReply => sendHtml(reply, alone({ language, title, body }));

export const seeOther = (reply: FastifyReply, path = '/admin'): FastifyReply =>
  reply.status(303).header('location', path).send();

/** Says no on a page: what a reader of forms cannot do with a document for programs. */
export function sendTooMany(request: FastifyRequest, reply: FastifyReply, waitMs: number): FastifyReply {
  const language = languageAsked(request);
  const seconds = Math.ceil(waitMs / 1_000);
  reply.status(429).header('retry-after', String(seconds));
  const said = pageWords[language].tooMany(seconds);
  return sendPage(reply, said, html``, language);
}

/** A fault that somebody can mend by filling in the form again, in words of theirs; anything else is thrown on. */
export function saidOf(error: unknown, words: PageWords): string {
  if (error instanceof WeakPassword) return words.flaws[error.flaw];
  if (error instanceof WrongMember && error.where === 'email') return words.badMail;
  if (error instanceof WrongMember && error.where === 'name') return words.badName;
  if (error instanceof LastAdministrator) return words.lastAdministrator;
  if (error instanceof Fault && error.code === 'bad-input') return error.message;
  if (error instanceof Fault && error.code === 'passwords-busy') return words.busy;
  throw error;
}

export const problemLine = (problem: string | null): Html | null =>
  problem === null ? null : html`<p class="bad" role="alert">${problem}</p>`;

export const field = (label: string, input: Html, hint: string | null = null): Html =>
  html`<p><label>${label}<br>${input}</label>${hint === null ? null : html`<br><small>${hint}</small>`}</p>`;

export const choice = (
  name: string,
  options: readonly (readonly [value: string, label: string])[],
  chosen: string,
): Html =>
  html`<select name="${name}">${options.map(([value, label]) =>
    value === chosen
      ? html`<option value="${value}" selected>${label}</option>`
      : html`<option value="${value}">${label}</option>`,
  )}</select>`;

export const passwordInput = (kind: 'current-password' | 'new-password'): Html =>
  html`<input type="password" name="password" autocomplete="${kind}" maxlength="512" required>`;
