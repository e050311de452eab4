/** States of a page that no account comes to by itself while somebody looks: one address each, in the frame. */
import { type Html, html } from '../../src/base/html.ts';
import { scopes } from '../../src/relay/http/api/scopes.ts';
import { confirmation } from '../../src/relay/http/pages/frame/confirmation.ts';
import { frame } from '../../src/relay/http/pages/frame/frame.ts';
import { conflict, failed, gone, notLive } from '../../src/relay/http/pages/frame/states.ts';
import { languageOf, type PageTexts, textsOf } from '../../src/relay/http/pages/frame/texts/languages.ts';

const bodies: Readonly<Record<string, (texts: PageTexts) => Html>> = {
  'not-live': texts => notLive('today 10:42 CET', texts),
  gone: texts => gone('/admin/keys', texts),
  conflict: texts =>
    conflict(
      {
        ...{ who: 'Ben', when: '10:41' },
        ...{ theirs: html`<p>Van 3, until 17:00</p>`, yours: html`<p>Van 3, until 18:30</p>` },
      },
      texts,
    ),
  failed: texts =>
    failed(
      {
        ...{ why: 'the database takes no writes', hint: 'Look at its disk, then try again.' },
        ...{ trace: '7f3c2a91', again: '/admin/boxes' },
      },
      texts,
    ),
  confirm: texts =>
    confirmation(
      {
        happens: [
          'Depot B is cut off at once.',
          'Its 2 bookings get new codes for the box that comes after it.',
        ],
        ...{ whom: ['Ann Bos', 'Ben Kok'], asksWhy: true, action: '/admin/boxes/box-2/retire' },
        ...{ button: 'Retire Depot B', isDangerous: true, back: '/admin/boxes' },
      },
      texts,
    ),
};

export const pieceNames: readonly string[] = Object.keys(bodies);

export const pieces: Readonly<Record<string, (accepted: string) => string>> = Object.fromEntries(
  Object.entries(bodies).map(([name, body]) => [
    name,
    (accepted: string): string => {
      const language = languageOf(accepted);
      return frame({
        viewer: { name: 'Ada Moreno', language, scopes: new Set(scopes) },
        ...{ here: 'boxes', title: name, problems: 3, body: body(textsOf(language)) },
        tabs: [
          { label: 'Depot B', href: '/admin/boxes', isHere: true },
          { label: 'Events', href: '/admin/events', isHere: false, count: '31' },
        ],
        chips: [{ label: 'Depot B', without: '/admin/boxes' }],
      });
    },
  ]),
);
