/** `/admin/events/verify`: drop an export, hear whether it is whole; by the code of `smartbox events verify`. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { codeOf } from '../../../../base/fault.ts';
import { type Html, html } from '../../../../base/html.ts';
import { TimeSlice } from '../../../../base/time-slice.ts';
import { chainReady } from '../../../../wire/chain.ts';
import { type Verification, verifyPieces } from '../../../../wire/verify.ts';
import { Multipart } from '../../multipart.ts';
import { icon } from '../frame/icons.ts';
import { type FramedDeed, type FramedPage, framedDeeds, type Shown } from '../framed.ts';
import type { PageDeps } from '../page-deps.ts';
import type { Visit } from '../visit.ts';
import { type EventWords, eventWords } from './event-texts.ts';

const path = '/admin/events/verify';
const place = { path, here: 'events', scope: 'events:read' } as const;
const bytesMost = 67_108_864;

export const verifyPage: FramedPage = {
  ...place,
  title: ({ menu }) => menu.events,
  show: visit => Promise.resolve(form(visit, null)),
};

function form(visit: Visit, result: Html | null): Shown {
  const words = eventWords(visit.viewer.language);
  return {
    title: words.verifyTitle,
    body: html`${result}<form method="post" action="${path}" enctype="multipart/form-data" class="sheet"><p>${words.verifyHow}</p>
<p class="field"><label for="file">${words.file}</label><input id="file" name="file" type="file"></p>
<p class="field"><label for="text">${words.paste}</label><textarea id="text" name="text" rows="4" spellcheck="false"></textarea></p>
<p class="buttons"><button type="submit" class="main">${words.check}</button></p></form>`,
  };
}

/** In a room of its own: nowhere else is a body taken that is no text. */
export function verifyDeed(app: FastifyInstance, deps: PageDeps): void {
  app.register(async own => {
    own.addContentTypeParser('multipart/form-data', { bodyLimit: bytesMost }, (_request, stream, done) =>
      done(null, stream),
    );
    framedDeeds(own, deps, [deed(deps)]);
  });
}

const deed = ({ time }: PageDeps): FramedDeed => ({
  ...place,
  title: ({ menu }) => menu.events,
  act: async (visit, request) => {
    const words = eventWords(visit.viewer.language);
    const failed = (said: string): Shown => form(visit, html`<p class="bad" role="alert">${said}</p>`);
    try {
      await chainReady;
      const verification = await verified(request, new TimeSlice(time));
      return verification === null ? failed(words.nothingGiven) : form(visit, told(verification, words));
    } catch (error) {
      request.raw.resume();
      if (error instanceof TooLarge) return failed(words.tooLarge);
      if (codeOf(error) === 'bad-input') return failed(words.cutOff);
      throw error;
    }
  },
});

class TooLarge extends Error {}

/** The first part that has something in it; null: none has. */
async function verified({ body, headers }: FastifyRequest, slice: TimeSlice): Promise<Verification | null> {
  if (body === null || body === undefined || body instanceof URLSearchParams) return null;
  const parts = new Multipart(body as AsyncIterable<Buffer>, headers['content-type'] ?? '');
  for (let name = await parts.next(); name !== null; name = await parts.next()) {
    const pieces = bounded(parts.body(), name === 'text');
    const first = await pieces.next();
    if (first.done === true) continue;
    async function* all(): AsyncIterable<Buffer> {
      yield first.value as Buffer;
      yield* pieces;
    }
    return await verifyPieces(all(), () => slice.yield());
  }
  return null;
}

/** A browser sends what is pasted into a form with other ends of lines than it had. */
async function* bounded(pieces: AsyncIterable<Buffer>, isPasted: boolean): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > bytesMost) throw new TooLarge();
    yield isPasted ? Buffer.from(piece.filter(byte => byte !== carriageReturn)) : piece;
  }
}

const carriageReturn = 0x0d;

function told(verification: Verification, words: EventWords): Html {
  if (!verification.ok) {
    const { word, line, message } = verification;
    const title =
      word === 'not-a-journal' ? words.words[word] : words.atLine(words.words[word], String(line));
    return html`<section class="state bad" role="status"><h2>${icon('alert')}<span>${title}</span></h2><p lang="en">${message}</p><p>${words.doNotRely}</p></section>`;
  }
  const { parts, missing } = verification;
  const keys = [...new Set(parts.map(({ key }) => key))];
  return html`<section class="state well" role="status"><h2>${icon('proven')}<span>${words.whole}</span></h2>
${parts.map(({ count, box, from, to, range, behind }) => html`<p>${words.events(String(count), box, String(from), String(to))}${range ? html` ${words.range(String(from))}` : null}${behind === null ? null : html` ${words.behind(String(to), String(behind.from), String(behind.to))}`}</p>`)}
${missing.map(({ from, to }) => html`<p>${words.missing(String(from), String(to))}</p>`)}
<p class="soft">${words.key64} ${keys.map(key => html`<code>${key}</code> `)}<br>${words.keyWhy}</p></section>`;
}
