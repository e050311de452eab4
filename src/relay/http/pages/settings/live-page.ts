/** *Going live*: a list that ticks itself, on Today until it is done or hidden, and under Settings always. */
import { type Html, html } from '../../../../base/html.ts';
import { accountSettings } from '../../../domain/accounts.ts';
import { goingLive, type LiveStep, liveSteps } from '../../../domain/going-live.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { icon } from '../frame/icons.ts';
import { well } from '../frame/states.ts';
import type { Visit } from '../visit.ts';
import { settingsWords } from './settings-words.ts';
import type { PageAndDeed } from './topic-page.ts';

const path = '/admin/settings/live';
const place = { path, here: 'settings', title: ({ menu }: Visit['texts']) => menu.settings } as const;

const doneAt: Readonly<Record<LiveStep, string>> = {
  ...{ people: '/admin/people', mail: '/admin/settings/messages', box: '/admin/boxes', key: '/admin/keys' },
  ...{ fleetio: '/admin/integrations', webhook: '/admin/integrations', fields: '/admin/integrations' },
  ...{ vehicle: '/admin/integrations', booking: '/admin/bookings' },
};
const begunAt: Readonly<Partial<Record<LiveStep, string>>> = {
  ...{ people: '/admin/people/invite', box: '/admin/boxes/new', key: '/admin/keys/new' },
  ...{ fleetio: '/admin/integrations/new', booking: '/admin/bookings/new' },
};

/** On Today, for whoever can do something about it; null: it is done, or hidden. */
export async function liveSection(visit: Visit): Promise<Html | null> {
  if (!visit.viewer.scopes.has('settings:write')) return null;
  if ((await accountSettings(visit.context)).goingLive === 'hidden') return null;
  const done = await goingLive(visit.context);
  if (liveSteps.every(step => done[step])) return null;
  const { live } = settingsWords(visit.viewer.language);
  return html`<section class="needs"><h2>${live.title}</h2><p class="soft">${live.lead}</p>${list(visit, done)}${turned(visit, 'hidden')}</section>`;
}

function list(visit: Visit, done: Readonly<Record<LiveStep, boolean>>): Html {
  const { live } = settingsWords(visit.viewer.language);
  const items = liveSteps.map(step => {
    const { label, todo } = live.steps[step];
    const isDone = done[step];
    const mark = isDone
      ? html`<span class="ok">${icon('check')}</span>`
      : html`<span class="quiet">${icon('clock')}</span>`;
    const href = isDone ? doneAt[step] : (begunAt[step] ?? doneAt[step]);
    const mail = step === 'mail' && !isDone && visit.caller.person !== null ? sendMail(visit) : null;
    return html`<li>${mark}<div><a href="${href}">${label}</a> <span class="tag">${isDone ? live.ticked : live.open}</span>${isDone ? null : html`<p class="soft">${todo}</p>`}</div>${mail}</li>`;
  });
  return html`<ul class="steps">${items}</ul>`;
}

const sendMail = ({ viewer }: Visit): Html =>
  html`<form method="post" action="${path}"><button type="submit" name="deed" value="mail">${settingsWords(viewer.language).live.sendMail}</button></form>`;

/** Hides the list on Today, or shows it there again. */
function turned({ viewer }: Visit, to: 'hidden' | 'shown'): Html {
  const { live } = settingsWords(viewer.language);
  const hint = to === 'hidden' ? html` <span class="soft">${live.hideHint}</span>` : null;
  return html`<form method="post" action="${path}" class="hide"><button type="submit" name="deed" value="${to}">${to === 'hidden' ? live.hide : live.show}</button>${hint}</form>`;
}

export const livePage = (deps: DeedDeps): PageAndDeed => ({
  page: {
    ...{ ...place, scope: 'settings:read' },
    show: async visit => {
      const { live } = settingsWords(visit.viewer.language);
      const done = await goingLive(visit.context);
      const isDone = liveSteps.every(step => done[step]);
      const isHidden = (await accountSettings(visit.context)).goingLive === 'hidden';
      const mayShow = isHidden && visit.viewer.scopes.has('settings:write');
      return {
        ...{ title: live.title, lead: live.lead },
        body: html`${isDone ? well(live.title, html`${live.done}`) : null}<section class="needs">${list(visit, done)}${mayShow ? turned(visit, 'shown') : null}</section>`,
      };
    },
  },
  deed: {
    ...{ ...place, scope: 'settings:read' },
    act: async (visit, request) => {
      const deed = fieldOf(request, 'deed');
      const { caller, viewer } = visit;
      if (deed === 'mail')
        await doRoute('sendSample', caller, { params: { kind: 'access', language: viewer.language } }, deps);
      if (deed === 'hidden' || deed === 'shown')
        await doRoute('changeSettings', caller, { body: { settings: { goingLive: deed } } }, deps);
      return deed === 'mail' ? path : '/admin';
    },
  },
});
