/**
 * `/a/TOKEN`, the driver's page. Whoever has the address is the driver: there is no log-in, no cookie, and so nothing that
 * another site could use. Looking shows no code: previews of links look too.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Transaction } from 'kysely';
import { codeOf } from '../../../../base/fault.ts';
import { pinFlaw } from '../../../../base/pin-strength.ts';
import { Secret } from '../../../../base/secret.ts';
import { bookingCode } from '../../../domain/booking-views.ts';
import type { Context } from '../../../domain/context.ts';
import { keyUses } from '../../../domain/key-uses.ts';
import { isLanguage, type Language } from '../../../domain/notify-settings.ts';
import type { Dispatch } from '../../../http/api/call-route.ts';
import { securityHeaders } from '../../../http/headers.ts';
import { Limits } from '../../../http/limits.ts';
import { fieldOf, takeForms } from '../../../http/pages/form.ts';
import { requestOrigin } from '../../../http/request-origin.ts';
import type { NewPin, PinHasher } from '../../../secrets/pins.ts';
import type { DriverTable, Tables } from '../../../store/tables.ts';
import { type Access, grouped } from '../../access.ts';
import { askAgain, mayAskAgain } from '../../ask-again.ts';
import { accessByToken } from '../../links.ts';
import { beginPhoneCheck, finishPhoneCheck, needsOld, needsPin, openPhoneCheck } from '../../phone-check.ts';
import { acceptedLanguage, valuesOf } from '../../render.ts';
import { driverPage, driverStyle } from './layout.ts';
import { words } from './texts/all.ts';
import { bookingPage, busyPage, type PhonePart, plainPage, type Shown } from './view.ts';

interface DriverDeps extends Dispatch {
  readonly pins: PinHasher;
  readonly httpUrl: string;
  /** Whether SMS can be sent. */
  readonly texts: boolean;
  /** A message waits. */
  readonly nudge: () => void;
}

const looks = { burst: 60, perMinute: 60 };
const deeds = { burst: 20, perMinute: 10 };
const callersMax = 20_000;

interface Params {
  readonly token: string;
}
type Request = FastifyRequest<{ Params: Params }>;

export function driverPages(app: FastifyInstance, deps: DriverDeps): void {
  takeForms(app);
  const nowMs = (): number => Number(deps.time.mono());
  const limits = { look: new Limits(looks, callersMax, nowMs), act: new Limits(deeds, callersMax, nowMs) };
  const headers = {
    ...securityHeaders(driverStyle, deps.httpUrl.startsWith('https:')),
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex, nofollow, noarchive',
  };
  app.get<{ Params: Params }>('/a/:token', async (request, reply) => {
    reply.headers(headers);
    if (limits.look.take(requestOrigin(request)) > 0) return busy(request, reply);
    return await look(request, reply, deps);
  });
  app.post<{ Params: Params }>('/a/:token', async (request, reply) => {
    reply.headers(headers);
    const waits = [
      limits.act.take(requestOrigin(request)),
      limits.act.take(request.params.token.slice(0, 40)),
    ];
    if (waits.some(wait => wait > 0)) return busy(request, reply);
    return await act(request, reply, deps);
  });
}

const accepted = (request: FastifyRequest): Language =>
  acceptedLanguage(request.headers['accept-language']) ?? 'en';

function busy(request: Request, reply: FastifyReply): FastifyReply {
  const language = accepted(request);
  reply.status(429).header('retry-after', '60');
  return send(reply, { language, account: '', body: busyPage(words[language]) });
}

function gone(request: Request, reply: FastifyReply): FastifyReply {
  const language = accepted(request);
  reply.status(410);
  return send(reply, { language, account: '', body: plainPage(words[language].gone) });
}

const send = (reply: FastifyReply, frame: Omit<Parameters<typeof driverPage>[0], 'title'>): FastifyReply =>
  reply
    .type('text/html; charset=utf-8')
    .send(driverPage({ ...frame, title: words[frame.language as Language].title }));

const contextOf = (deps: DriverDeps, account: string, tx: Transaction<Tables>): Context => {
  const { atRest, random, time } = deps;
  return { tx, account, who: 'driver-page', now: time.wall(), atRest, random };
};

const found = ({ store, time }: DriverDeps, request: Request): Promise<Access | null> =>
  accessByToken(store.db, request.params.token, time.wall());

async function look(request: Request, reply: FastifyReply, deps: DriverDeps): Promise<FastifyReply> {
  const access = await found(deps, request);
  return access === null ? gone(request, reply) : await show(request, reply, { deps, access, result: {} });
}

/** The outcome of a deed, for the page that answers it. */
type Result = Partial<Pick<Shown, 'code' | 'codeMissing' | 'asked'>> & { readonly phone?: PhonePart };

async function show(
  request: Request,
  reply: FastifyReply,
  { deps, access, result }: { readonly deps: DriverDeps; readonly access: Access; readonly result: Result },
): Promise<FastifyReply> {
  const language = languageOf(request, access);
  const now = deps.time.wall();
  const account = access.account.name;
  const values = valuesOf({ access, data: {}, account, language, now, link: '', atRest: deps.atRest });
  const body = bookingPage({
    ...{ access, language, values, now, code: null, codeMissing: false, asked: false },
    back: await backOf(deps, access),
    ...result,
    phone: result.phone ?? (await phoneNow(deps, access)),
  });
  return send(reply, { language, account, body });
}

/** When whoever has the key is to bring it back: never who that is. */
async function backOf(
  { store }: DriverDeps,
  { isKeyAway, account, booking }: Access,
): Promise<number | null> {
  if (!isKeyAway) return null;
  const uses = await keyUses({ tx: store.db, account: account.id }, [booking.key]);
  return uses.get(booking.key)?.holder?.end ?? null;
}

/** The driver's own; then what the browser wants; then the place's. */
function languageOf(request: Request, { driver, place, settings }: Access): Language {
  const own = driver?.language ?? null;
  if (isLanguage(own)) return own;
  const { language } = place;
  return (
    acceptedLanguage(request.headers['accept-language']) ??
    (isLanguage(language) ? language : settings.notify.language)
  );
}

async function phoneNow({ texts, store, time }: DriverDeps, { driver }: Access): Promise<PhonePart | null> {
  if (!texts || driver === null) return null;
  const phone = await openPhoneCheck({ tx: store.db, now: time.wall() }, driver.id);
  if (phone === null) return { is: 'offered', problem: null };
  return {
    is: 'asked',
    phone,
    needsPin: await needsPin(store.db, driver.id),
    needsOld: await needsOld(store.db, driver.id, phone),
    problem: null,
  };
}

async function act(request: Request, reply: FastifyReply, deps: DriverDeps): Promise<FastifyReply> {
  const access = await found(deps, request);
  if (access === null) return gone(request, reply);
  const result = await deedOf(request, deps, access);
  const after = (await found(deps, request)) ?? access;
  return await show(request, reply, { deps, access: after, result });
}

async function deedOf(request: Request, deps: DriverDeps, access: Access): Promise<Result> {
  switch (fieldOf(request, 'do')) {
    case 'code':
      return await showCode(deps, access);
    case 'again':
      return await ask(deps, access);
    case 'phone':
      return await beginPhone(request, deps, access);
    case 'check':
      return await finishPhone(request, deps, access);
    default:
      return {};
  }
}

async function showCode(deps: DriverDeps, { account, booking }: Access): Promise<Result> {
  try {
    const { code } = await deps.store.write(tx => bookingCode(contextOf(deps, account.id, tx), booking.id));
    return { code: grouped(code) };
  } catch (error) {
    if (codeOf(error) === 'not-on-box' || codeOf(error) === 'conflict') return { codeMissing: true };
    throw error;
  }
}

async function ask(deps: DriverDeps, access: Access): Promise<Result> {
  if (!mayAskAgain(access)) return {};
  const adminUrl = `${deps.httpUrl}/admin`;
  await deps.store.write(tx => askAgain(contextOf(deps, access.account.id, tx), access, adminUrl));
  deps.nudge();
  return { asked: true };
}

async function beginPhone(request: Request, deps: DriverDeps, access: Access): Promise<Result> {
  const { driver, account } = access;
  if (!deps.texts || driver === null) return {};
  const asked = {
    driver: driver.id,
    phone: fieldOf(request, 'phone'),
    language: languageOf(request, access),
  };
  try {
    const begun = await deps.store.write(tx => beginPhoneCheck(contextOf(deps, account.id, tx), asked));
    if (begun === 'too-often') return { phone: { is: 'offered', problem: 'tooOften' } };
  } catch (error) {
    if (codeOf(error) === 'bad-input') return { phone: { is: 'offered', problem: 'noNumber' } };
    throw error;
  }
  deps.nudge();
  return {};
}

async function finishPhone(request: Request, deps: DriverDeps, access: Access): Promise<Result> {
  const { driver, account } = access;
  if (driver === null) return {};
  const open = await phoneNow(deps, access);
  if (open?.is !== 'asked') return { phone: { is: 'offered', problem: 'over' } };
  const pin = await pinOf(deps, account.id, {
    pin: new Secret(fieldOf(request, 'pin')),
    phone: open.phone,
  });
  if (pin === 'bad') return { phone: { ...open, problem: 'badPin' } };
  const old = fieldOf(request, 'old').slice(0, 20);
  const oldPin = await oldPinOf(deps, account.id, { driver, old: new Secret(old), asks: open.needsOld });
  const given = { driver: driver.id, check: fieldOf(request, 'check').slice(0, 20), old, oldPin, pin };
  const checked = await deps.store.write(tx => finishPhoneCheck(contextOf(deps, account.id, tx), given));
  switch (checked.is) {
    case 'verified':
      return { phone: { is: 'done', phone: checked.phone } };
    case 'over':
      return { phone: { is: 'offered', problem: 'over' } };
    case 'pin-needed':
      return { phone: { ...open, problem: 'badPin' } };
    case 'wrong':
      return { phone: { ...open, problem: 'wrong' } };
  }
}

/** The kept hash, where what was typed is its PIN. Looked at before the transaction: it takes long. */
async function oldPinOf(
  { pins }: DriverDeps,
  account: string,
  { driver, old, asks }: { readonly driver: DriverTable; readonly old: Secret; readonly asks: boolean },
): Promise<string | null> {
  if (!asks || driver.pin === null || pinFlaw(old.reveal(), null) === 'not-digits') return null;
  return (await pins.matches(account, old, driver.pin)) ? driver.pin : null;
}

/** Hashed before the transaction: it takes long. */
async function pinOf(
  { pins }: DriverDeps,
  account: string,
  { pin, phone }: { readonly pin: Secret; readonly phone: string },
): Promise<NewPin | null | 'bad'> {
  if (pin.length === 0) return null;
  if (pinFlaw(pin.reveal(), phone) !== null) return 'bad';
  return await pins.hash(account, pin);
}
