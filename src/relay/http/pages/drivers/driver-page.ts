/** One driver: how they open, their PIN and badge, and how they are erased. */
import type { FastifyRequest } from 'fastify';
import { codeOf } from '../../../../base/fault.ts';
import { type Html, html } from '../../../../base/html.ts';
import { type DriverView, driverView } from '../../../domain/drivers.ts';
import { type DeedDeps, doRoute } from '../deed.ts';
import { fieldOf } from '../form.ts';
import { onceField, onceOf } from '../form-once.ts';
import { type FormProblems, problemsOf } from '../form-problems.ts';
import { field } from '../frame/form-fields.ts';
import type { FramedDeed, FramedPage, Shown } from '../framed.ts';
import { paramOf } from '../query.ts';
import { matchOf, type Sent, versionField } from '../settings/overtaken.ts';
import type { Visit } from '../visit.ts';
import { driverFacts } from './driver-facts.ts';
import { bothDrivers, driverBody, driverFields, driverValues } from './driver-form.ts';
import { driverPath, driverWords } from './driver-words.ts';

const path = '/admin/drivers/:id';
const place = { here: 'drivers', scope: 'drivers:write' } as const;

export const driverPages: readonly FramedPage[] = [
  {
    ...{ path: '/admin/drivers/new', ...place },
    title: ({ add }) => add.driver,
    show: (visit, request) => Promise.resolve(newDriver(visit, request, null)),
  },
  {
    ...{ path, here: 'drivers', scope: 'drivers:read' },
    title: ({ menu }) => menu.drivers,
    show: (visit, request) => showDriver(visit, request, null),
  },
  {
    ...{ path: `${path}/erase`, ...place },
    title: ({ menu }) => menu.drivers,
    show: (visit, request) => askErasure(visit, request, null),
  },
];

function newDriver(visit: Visit, request: FastifyRequest, problems: FormProblems | null): Shown {
  const words = driverWords(visit.viewer.language);
  return {
    title: words.newTitle,
    body: html`<form method="post" action="/admin/drivers/new" class="sheet">${onceField(visit)}${driverFields(visit, request, null, problems)}
<p class="buttons"><button type="submit" class="main">${words.create}</button></p></form>`,
  };
}

async function showDriver(visit: Visit, request: FastifyRequest, sent: Sent): Promise<Shown> {
  const words = driverWords(visit.viewer.language);
  const driver = await driverView(visit.context, paramOf(request, 'id'));
  if (driver.erased !== null) return { title: driver.id, body: html`<p>${words.erased}</p>` };
  const forms = visit.viewer.scopes.has('drivers:write') ? changeForms(visit, request, driver, sent) : null;
  const both = sent === 'overtaken' ? await bothDrivers(visit, request, driver) : null;
  return { title: driver.name, body: html`${await driverFacts(visit, driver)}${both}${forms}` };
}

function changeForms(visit: Visit, request: FastifyRequest, driver: DriverView, sent: Sent): Html {
  const words = driverWords(visit.viewer.language);
  const here = driverPath(driver.id);
  const badge = field({
    ...{
      name: 'badge',
      label: words.badgeNumber,
      hint: words.badgeHint,
      value: sent === 'overtaken' ? fieldOf(request, 'badge') : (driver.badge ?? ''),
      maxLength: 64,
    },
  });
  const clear = html`<form method="post" action="${here}/pin"><button type="submit">${words.pinClear}</button></form>`;
  const pin = field({ name: 'pin', label: words.pin, type: 'password', isRequired: true, maxLength: 8 });
  return html`<form method="post" action="${here}" class="sheet"><h2>${words.change}</h2>${versionField(driverValues(driver))}${driverFields(visit, request, driver, sent)}${badge}
<p class="buttons"><button type="submit" class="main">${words.save}</button> <a class="button" href="${here}/erase">${words.erase}</a></p></form>
<section class="sheet"><h2>${words.pinTitle}</h2><p>${driver.pin ? words.pinSet : html`${words.pinNone} ${words.pinRisk}`}</p>
<form method="post" action="${here}/pin">${pin}<p class="buttons"><button type="submit">${words.pinSave}</button></p></form>${driver.pin ? clear : null}</section>`;
}

export const driverDeeds = (deps: DeedDeps): readonly FramedDeed[] => [
  {
    ...{ path: '/admin/drivers/new', ...place },
    title: ({ add }) => add.driver,
    act: async (visit, request) => {
      try {
        const given = { body: driverBody(request), once: onceOf(request) };
        const made = await doRoute('createDriver', visit.caller, given, deps);
        return driverPath((made as { readonly id: string }).id);
      } catch (error) {
        return newDriver(visit, request, problemsOf(error, visit.viewer.language));
      }
    },
  },
  changed(deps, path, 'changeDriver', request => ({
    ...driverBody(request),
    badge: fieldOf(request, 'badge').trim() || null,
  })),
  changed(deps, `${path}/pin`, 'setPin', request => ({ pin: fieldOf(request, 'pin') || null })),
  {
    ...{ path: `${path}/erase`, ...place },
    title: ({ menu }) => menu.drivers,
    act: async (visit, request) => {
      const { name } = await driverView(visit.context, paramOf(request, 'id'));
      const words = driverWords(visit.viewer.language);
      if (fieldOf(request, 'name').trim() !== name) return await askErasure(visit, request, words.eraseWrong);
      await doRoute('eraseDriver', visit.caller, { params: request.params as object }, deps);
      return '/admin/drivers';
    },
  },
];

const changed = (
  deps: DeedDeps,
  at: string,
  route: string,
  bodyOf: (request: FastifyRequest) => object,
): FramedDeed => ({
  ...{ path: at, ...place },
  title: ({ menu }) => menu.drivers,
  act: async (visit, request) => {
    try {
      const given = { params: request.params as object, body: bodyOf(request), match: matchOf(request) };
      await doRoute(route, visit.caller, given, deps);
      return driverPath(paramOf(request, 'id'));
    } catch (error) {
      if (codeOf(error) === 'not-as-read') return await showDriver(visit, request, 'overtaken');
      return await showDriver(visit, request, problemsOf(error, visit.viewer.language));
    }
  },
});

/** Not undone by anything: whoever does it types whom it concerns. */
async function askErasure(visit: Visit, request: FastifyRequest, problem: string | null): Promise<Shown> {
  const words = driverWords(visit.viewer.language);
  const { id, name } = await driverView(visit.context, paramOf(request, 'id'));
  const asked = field({
    ...{ name: 'name', label: words.eraseType(name), isRequired: true, maxLength: 100 },
    ...(problem === null ? {} : { problem }),
  });
  return {
    title: words.eraseTitle,
    body: html`<form method="post" action="${driverPath(id)}/erase" class="sheet"><h2>${visit.texts.confirm.happens}</h2>
<ul><li>${words.eraseHappens}</li><li>${words.eraseStays}</li></ul>${asked}
<p class="buttons"><button type="submit" class="danger">${words.eraseButton}</button> <a class="button" href="${driverPath(id)}">${visit.texts.states.back}</a></p></form>`,
  };
}
