/**
 * `/a/TOKEN`, the driver's page. Whoever has the address is the driver: there is no log-in, no cookie, and so nothing that
 * another site could use. Looking shows no code: previews of links look too.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Transaction } from 'kysely';
import { codeOf } from '../../../base/fault.ts';
import { Secret } from '../../../base/secret.ts';
import { bookingCode } from '../../domain/booking-views.ts';
import type { Context } from '../../domain/context.ts';
import { isLanguage, type Language } from '../../domain/notify-settings.ts';
import { type Access, grouped } from '../../notify/access.ts';
import { askAgain, mayAskAgain } from '../../notify/ask-again.ts';
import { fieldState } from '../../notify/fields.ts';
import { accessByToken } from '../../notify/links.ts';
import { beginPhoneCheck, finishPhoneCheck, needsPin, openPhoneCheck } from '../../notify/phone-check.ts';
import { acceptedLanguage, valuesOf } from '../../notify/render.ts';
import type { PinHash, PinHasher } from '../../secrets/pins.ts';
import type { Tables } from '../../store/tables.ts';
import type { Dispatch } from '../dispatch.ts';
import { securityHeaders } from '../headers.ts';
import { Limits } from '../limits.ts';
import { fieldOf, takeForms } from '../pages/form.ts';
import { driverPage, driverStyle } from './layout.ts';
import { words } from './texts/all.ts';
import { bookingPage, type PhonePart, plainPage, type Shown } from './view.ts';

export interface DriverParts extends Dispatch {
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
/** A page that waits for the box looks again. */
const againS = 20;

interface Params {
  readonly token: string;
}
type Request = FastifyRequest<{ Params: Params }>;

export function driverPages(app: FastifyInstance, parts: DriverParts): void {
  takeForms(app);
  const nowMs = (): number => Number(parts.time.mono());
  const limits = { look: new Limits(looks, callersMax, nowMs), act: new Limits(deeds, callersMax, nowMs) };
  const headers = {
    ...securityHeaders(driverStyle, parts.httpUrl.startsWith('https:')),
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex, nofollow, noarchive',
  };
  app.get<{ Params: Params }>('/a/:token', async (request, reply) => {
    reply.headers(headers);
    if (limits.look.take(request.ip) > 0) return busy(request, reply);
    return await look(request, reply, parts);
  });
  app.post<{ Params: Params }>('/a/:token', async (request, reply) => {
    reply.headers(headers);
    const waits = [limits.act.take(request.ip), limits.act.take(request.params.token.slice(0, 40))];
    if (waits.some(wait => wait > 0)) return busy(request, reply);
    return await act(request, reply, parts);
  });
}

const accepted = (request: FastifyRequest): Language =>
  acceptedLanguage(request.headers['accept-language']) ?? 'en';

function busy(request: Request, reply: FastifyReply): FastifyReply {
  const language = accepted(request);
  reply.status(429).header('retry-after', '60');
  return send(reply, { language, account: '', againS: null, body: plainPage(words[language].busy) });
}

function gone(request: Request, reply: FastifyReply): FastifyReply {
  const language = accepted(request);
  reply.status(410);
  return send(reply, { language, account: '', againS: null, body: plainPage(words[language].gone) });
}

const send = (reply: FastifyReply, frame: Omit<Parameters<typeof driverPage>[0], 'title'>): FastifyReply =>
  reply
    .type('text/html; charset=utf-8')
    .send(driverPage({ ...frame, title: words[frame.language as Language].title }));

const contextOf = (parts: DriverParts, account: string, tx: Transaction<Tables>): Context => {
  const { atRest, random, time } = parts;
  return { tx, account, who: 'driver-page', now: time.wall(), atRest, random };
};

const found = ({ store, time }: DriverParts, request: Request): Promise<Access | null> =>
  accessByToken(store.db, request.params.token, time.wall());

async function look(request: Request, reply: FastifyReply, parts: DriverParts): Promise<FastifyReply> {
  const access = await found(parts, request);
  return access === null ? gone(request, reply) : await show(request, reply, { parts, access, result: {} });
}

/** What a deed has come to, for the page that answers it. */
type Result = Partial<Pick<Shown, 'code' | 'codeMissing' | 'asked'>> & { readonly phone?: PhonePart };

async function show(
  request: Request,
  reply: FastifyReply,
  {
    parts,
    access,
    result,
  }: { readonly parts: DriverParts; readonly access: Access; readonly result: Result },
): Promise<FastifyReply> {
  const language = languageOf(request, access);
  const now = parts.time.wall();
  const account = access.account.name;
  const values = valuesOf({ access, data: {}, account, language, now, link: '', atRest: parts.atRest });
  const body = bookingPage({
    ...{ access, language, values, code: null, codeMissing: false, asked: false },
    ...result,
    phone: result.phone ?? (await phoneNow(parts, access)),
  });
  const looksAgain = request.method === 'GET' && fieldState(access) === 'waiting';
  return send(reply, { language, account, againS: looksAgain ? againS : null, body });
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

async function phoneNow({ texts, store, time }: DriverParts, { driver }: Access): Promise<PhonePart | null> {
  if (!texts || driver === null) return null;
  const phone = await openPhoneCheck({ tx: store.db, now: time.wall() }, driver.id);
  if (phone === null) return { is: 'offered', problem: null };
  return { is: 'asked', phone, needsPin: await needsPin(store.db, driver.id), problem: null };
}

async function act(request: Request, reply: FastifyReply, parts: DriverParts): Promise<FastifyReply> {
  const access = await found(parts, request);
  if (access === null) return gone(request, reply);
  const result = await deedOf(request, parts, access);
  const after = (await found(parts, request)) ?? access;
  return await show(request, reply, { parts, access: after, result });
}

async function deedOf(request: Request, parts: DriverParts, access: Access): Promise<Result> {
  switch (fieldOf(request, 'do')) {
    case 'code':
      return await showCode(parts, access);
    case 'again':
      return await ask(parts, access);
    case 'phone':
      return await beginPhone(request, parts, access);
    case 'check':
      return await finishPhone(request, parts, access);
    default:
      return {};
  }
}

async function showCode(parts: DriverParts, { account, booking }: Access): Promise<Result> {
  try {
    const { code } = await parts.store.write(tx => bookingCode(contextOf(parts, account.id, tx), booking.id));
    return { code: grouped(code) };
  } catch (error) {
    if (codeOf(error) === 'not-on-box' || codeOf(error) === 'conflict') return { codeMissing: true };
    throw error;
  }
}

async function ask(parts: DriverParts, access: Access): Promise<Result> {
  if (!mayAskAgain(access)) return {};
  const adminUrl = `${parts.httpUrl}/admin`;
  await parts.store.write(tx => askAgain(contextOf(parts, access.account.id, tx), access, adminUrl));
  parts.nudge();
  return { asked: true };
}

async function beginPhone(request: Request, parts: DriverParts, access: Access): Promise<Result> {
  const { driver, account } = access;
  if (!parts.texts || driver === null) return {};
  const asked = {
    driver: driver.id,
    phone: fieldOf(request, 'phone'),
    language: languageOf(request, access),
  };
  try {
    const begun = await parts.store.write(tx => beginPhoneCheck(contextOf(parts, account.id, tx), asked));
    if (begun === 'too-often') return { phone: { is: 'offered', problem: 'tooOften' } };
  } catch (error) {
    if (codeOf(error) === 'bad-input') return { phone: { is: 'offered', problem: 'noNumber' } };
    throw error;
  }
  parts.nudge();
  return {};
}

async function finishPhone(request: Request, parts: DriverParts, access: Access): Promise<Result> {
  const { driver, account } = access;
  if (driver === null) return {};
  const open = await phoneNow(parts, access);
  if (open?.is !== 'asked') return { phone: { is: 'offered', problem: 'over' } };
  const pin = await pinOf(parts, new Secret(fieldOf(request, 'pin')));
  if (pin === 'bad') return { phone: { ...open, problem: 'badPin' } };
  const given = { driver: driver.id, check: fieldOf(request, 'check').slice(0, 20), pin };
  const checked = await parts.store.write(tx => finishPhoneCheck(contextOf(parts, account.id, tx), given));
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

/** Hashed before the transaction: it takes long. */
async function pinOf({ pins }: DriverParts, pin: Secret): Promise<PinHash | null | 'bad'> {
  if (pin.length === 0) return null;
  if (!/^\d{4,8}$/.test(pin.reveal())) return 'bad';
  return await pins.hash(pin);
}
