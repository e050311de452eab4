/** How a page of an administrator is served: who asks, may they, what stands on it, and the frame around it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { codeOf, Fault } from '../../../base/fault.ts';
import { type Html, html } from '../../../base/html.ts';
import { countOpenProblems } from '../../domain/open-problems.ts';
import { problemOf } from '../api/api-error.ts';
import type { Dispatch } from '../api/call-route.ts';
import type { Scope } from '../api/scopes.ts';
import { mustBeOwn, sendPage } from './form.ts';
import { type Framed, frame } from './frame/frame.ts';
import { countMost, type Section } from './frame/menu.ts';
import { failed, gone, mayNot } from './frame/states.ts';
import type { PageTexts } from './frame/texts/languages.ts';
import { hiddenOf, proveForm } from './prove-form.ts';
import { provePath } from './prove-path.ts';
import { refusalSaid } from './refusal-words.ts';
import { sendHtml } from './send-html.ts';
import { pageWords } from './texts/languages.ts';
import { type Visit, visitOf } from './visit.ts';

/** This differs from page to page. */
export interface Shown extends Pick<Framed, 'lead' | 'tabs' | 'chips' | 'sought' | 'body'> {
  /** Where it is not the page's own. */
  readonly title?: string;
}

export interface FramedPage {
  readonly path: string;
  readonly here: Section | null;
  /** Null: whoever is signed in may see it. */
  readonly scope: Scope | null;
  readonly title: (texts: PageTexts) => string;
  readonly show: (visit: Visit, request: FastifyRequest) => Promise<Shown>;
}

/** A form that was sent: where the browser goes on, or the page once more with what was wrong. */
export interface FramedDeed extends Omit<FramedPage, 'show'> {
  readonly act: (visit: Visit, request: FastifyRequest) => Promise<string | Shown>;
}

export function framedDeeds(app: FastifyInstance, deps: Dispatch, deeds: readonly FramedDeed[]): void {
  for (const { act, ...deed } of deeds)
    app.post(deed.path, async (request, reply) => {
      mustBeOwn(request);
      const visit = await visitOf(request, deps);
      if (visit === null) return reply.redirect('/admin/sign-in', 303);
      const done: Done = { next: null, askProof: () => askProof(reply, { visit, deps }, request) };
      const show = async (): Promise<Shown> => {
        const next = await act(visit, request);
        if (typeof next !== 'string') return next;
        done.next = next;
        return { body: html`` };
      };
      return await sendFramed(reply, visit, { ...deed, show }, request, done);
    });
}

interface Done {
  /** Where a form that did what it should leads to. */
  next: string | null;
  readonly askProof: () => Promise<FastifyReply>;
}

export function framedPages(app: FastifyInstance, deps: Dispatch, pages: readonly FramedPage[]): void {
  for (const page of pages)
    app.get(page.path, async (request, reply) => {
      const visit = await visitOf(request, deps);
      // Whoever is not signed in is led to where that is done.
      if (visit === null) return reply.redirect('/admin/sign-in', 303);
      return await sendFramed(reply, visit, page, request);
    });
}

export async function sendFramed(
  reply: FastifyReply,
  visit: Visit,
  page: FramedPage,
  request: FastifyRequest,
  done: Done | null = null,
): Promise<FastifyReply> {
  const { viewer, texts, context } = visit;
  const [path = '/admin'] = request.url.split('?');
  const shown = await shownOrRefused(reply, visit, page, request);
  if (shown === 'unproved') return (await done?.askProof()) ?? reply.redirect(provePath(path), 303);
  if (done?.next !== null && done?.next !== undefined) return reply.redirect(done.next, 303);
  const problems = viewer.scopes.has('problems:read') ? await countOpenProblems(context, countMost) : null;
  const text = frame({ viewer, here: page.here, title: page.title(texts), problems, ...shown });
  return sendHtml(reply, text);
}

/** A deed's address may have no page to come back to, and what was typed is not to be typed again. */
async function askProof(
  reply: FastifyReply,
  { visit, deps }: { readonly visit: Visit; readonly deps: Dispatch },
  { body, url }: FastifyRequest,
): Promise<FastifyReply> {
  const { viewer, caller } = visit;
  const [path = '/admin'] = url.split('?');
  const asked = { caller, language: viewer.language, hidden: hiddenOf(path, body), problem: null };
  const form = await proveForm(asked, deps);
  return sendPage(reply.status(403), pageWords[viewer.language].prove.title, form, viewer.language);
}

async function shownOrRefused(
  reply: FastifyReply,
  visit: Visit,
  page: FramedPage,
  request: FastifyRequest,
): Promise<Shown | 'unproved'> {
  const { viewer, texts } = visit;
  if (page.scope !== null && !viewer.scopes.has(page.scope)) {
    reply.status(403);
    return { body: mayNot(page.scope, texts) };
  }
  try {
    return await page.show(visit, request);
  } catch (error) {
    if (codeOf(error) === 'unproved') return 'unproved';
    const body = refusal(error, request, visit);
    if (body === null) throw error;
    reply.status(problemOf(error)?.status ?? 500);
    return { body };
  }
}

/** Null: it is no refusal but a failure, which the server logs and answers. */
function refusal(error: unknown, request: FastifyRequest, { texts, viewer }: Visit): Html | null {
  const { language } = viewer;
  if (!(error instanceof Fault) || problemOf(error) === null) return null;
  if (error.code === 'not-found') return gone('/admin', texts);
  const [path = '/admin'] = request.url.split('?');
  const [why, hint] = [refusalSaid(error.message, language), refusalSaid(error.hint, language)];
  return failed({ why, hint, trace: null, again: path }, texts);
}
