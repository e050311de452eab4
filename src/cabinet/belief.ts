/** The relay believes something of this box: it is asked with a token that may only read, and that never leaves this process. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import { millis } from '../base/brand.ts';
import { reasonOf } from '../base/fault.ts';
import { parseForeign } from '../base/foreign-json.ts';
import { callHttp } from '../base/http-call.ts';
import { systemTime } from '../base/system-time.ts';
import { readAs } from '../wire/reading.ts';

/** Who is asked, and about which box: written by whoever has enrolled it. */
const asking = v.object({
  url: v.pipe(v.string(), v.maxLength(300), v.regex(/^https?:\/\//)),
  token: v.pipe(v.string(), v.maxLength(300)),
  box: v.pipe(v.string(), v.maxLength(63)),
});

const text = v.pipe(v.string(), v.maxLength(200));
const instant = v.pipe(
  text,
  v.transform(at => Date.parse(at)),
  v.number(),
);

const boxAnswer = v.object({
  link: v.object({
    state: v.picklist(['never', 'up', 'lost']),
    since: v.nullable(instant),
    heard: v.nullable(instant),
  }),
  sync: v.object({ waiting: v.boolean() }),
  journal: v.object({ seq: v.number() }),
});

const eventsAnswer = v.object({
  items: v.array(
    v.object({
      seq: v.number(),
      type: text,
      at: instant,
      slot: v.optional(v.number()),
      key: v.optional(text),
      reason: v.optional(text),
      what: v.optional(text),
      device: v.optional(text),
      relay: v.object({ heard: instant }),
    }),
  ),
});

export type BelievedEvent = v.InferOutput<typeof eventsAnswer>['items'][number];

/** Null: nobody has said which relay. Text: why it does not answer. */
export type Belief =
  | null
  | string
  | (v.InferOutput<typeof boxAnswer> & { readonly events: readonly BelievedEvent[] });

/** Longer than an event needs that is told at once. */
const lateMs = 2_000;
const eventsShown = 8;
const askedAgainMs = 800;
const heldUpMs = 150;
const withinMs = millis(2_000);
const answerMaxBytes = 200_000;

/**
 * How late it came, null where it came at once. What happened before the box was connected, and came after, was kept there until
 * there was a line again, however short that was.
 */
export function delayOf({ at, relay }: BelievedEvent, connectedSince: number | null): number | null {
  const wasKept = connectedSince !== null && at < connectedSince && relay.heard >= connectedSince;
  return wasKept || relay.heard - at >= lateMs ? relay.heard - at : null;
}

/** Asks at most about once a second, and only while somebody looks; a relay that does not answer holds up no page. */
export class Beliefs {
  readonly #file: string | null;
  #askedAt = Number.NEGATIVE_INFINITY;
  #last: Belief = null;
  #asking: Promise<void> = Promise.resolve();
  #isAsking = false;

  constructor(file: string | null) {
    this.#file = file;
  }

  async now(): Promise<Belief> {
    const { mono } = systemTime;
    if (this.#file !== null && !this.#isAsking && mono() - this.#askedAt >= askedAgainMs) {
      this.#askedAt = mono();
      this.#asking = this.#ask(this.#file);
    }
    await Promise.race([this.#asking, pause(heldUpMs)]);
    return this.#last;
  }

  async #ask(file: string): Promise<void> {
    this.#isAsking = true;
    this.#last = await ask(file).catch(reasonOf);
    this.#isAsking = false;
  }
}

async function ask(file: string): Promise<Belief> {
  const whom = whomToAsk(file);
  if (whom === null) return null;
  const query = new URLSearchParams({ box: whom.box, order: 'newest', limit: String(eventsShown) });
  const [box, events] = await Promise.all([
    got(whom, `/api/v1/boxes/${encodeURIComponent(whom.box)}`, boxAnswer),
    got(whom, `/api/v1/events?${query}`, eventsAnswer),
  ]);
  return { ...box, events: events.items };
}

/** Read each time: the box is enrolled while the page is looked at. Null: not yet. */
function whomToAsk(file: string): v.InferOutput<typeof asking> | null {
  try {
    const read = readAs(asking, parseForeign(readFileSync(file, 'utf8')));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}

async function got<const Schema extends v.GenericSchema>(
  { url, token }: v.InferOutput<typeof asking>,
  path: string,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const { status, text: body } = await callHttp({
    method: 'GET',
    url: new URL(path, url),
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    ...{ withinMs, answerMaxBytes, longer: 'refused' },
  });
  if (status !== 200) throw new Error(`HTTP ${status}`);
  const read = readAs(schema, parseForeign(body));
  if (!read.success) throw new Error('its answer cannot be read');
  return read.output;
}
