/**
 * Tells the boxes of one account to a broker that Home Assistant listens to, and hears nothing from there but that it has started.
 * Whatever changed is told within a second, and all of it is looked at every half minute.
 *
 * The broker's retained topics are the memory of what was told: they come at each connect, also those of a run before, and what is
 * no more is cleared by them.
 */
import { after, type MonoMs, millis, minutes, mono } from '../../../base/brand.ts';
import { parseForeign } from '../../../base/foreign-json.ts';
import type { Log } from '../../../base/log.ts';
import { Poll } from '../../../base/poll.ts';
import type { Time } from '../../../base/time.ts';
import type { Link, OpenLink } from '../../../wire/mqtt/link.ts';
import { accountSettings } from '../../domain/accounts.ts';
import type { RelayStore } from '../../store/store.ts';
import { boxFacts } from './box-facts.ts';
import {
  boxOf,
  configText,
  configTopic,
  type Discovered,
  discovered,
  linkTopic,
  type Places,
  type Platform,
  platforms,
  stateText,
  stateTopic,
  statusTopic,
} from './discovery.ts';

const lookMs = millis(1_000);
const wholeLookMs = millis(30_000);
/** A broker may be started anew without anybody being told. */
const awayMs = minutes(2);
const goodbyeMs = millis(1_000);
/** More topics, and components of one, are nobody's that we made. */
const objectsMost = 5_000;
const componentsMost = 1_000;

interface HomeAssistantOptions {
  readonly store: RelayStore;
  readonly time: Time;
  readonly log: Log;
  readonly openLink: OpenLink;
  readonly account: string;
  readonly places: () => Omit<Places, 'language'>;
  /** Its broker has been away for a while; may be called again and again. */
  readonly failing: (reason: string) => void;
  readonly working: () => void;
  /** Of several copies of a relay one speaks. */
  readonly leads: () => boolean;
}

type Kept = ReadonlyMap<string, Platform>;

export class HomeAssistant {
  readonly #options: HomeAssistantOptions;
  readonly #poll: Poll;
  readonly #stopHearing: readonly (() => void)[];
  readonly #sent = new Map<string, string>();
  /** Components that stand at the broker, by object. */
  readonly #kept = new Map<string, Kept>();
  #link: Link | null = null;
  #isDue = true;
  /** How often all of it has been asked for. */
  #round = 0;
  #wholeAt: MonoMs = mono(0);
  #lost: { readonly since: MonoMs; readonly reason: string } | null = null;

  constructor(options: HomeAssistantOptions) {
    this.#options = options;
    const { store, time, log, account } = options;
    this.#poll = new Poll({
      ...{ time, everyMs: lookMs, look: () => this.#look() },
      failed: reason => {
        this.#isDue = true;
        log.warn({ reason }, 'Home Assistant was not told all of it');
      },
    });
    this.#stopHearing = [
      store.onNews(news => {
        if (news.some(each => each.account === account)) this.#isDue = true;
      }),
      // Keys come, go and are renamed so.
      store.onDirty(() => {
        this.#isDue = true;
      }),
    ];
  }

  start(): void {
    this.#poll.start();
  }

  /** Its devices are shown as away from then on. A broker that answers nothing is waited for no longer than {@link goodbyeMs}. */
  async close(): Promise<void> {
    for (const stop of this.#stopHearing) stop();
    const looked = this.#poll.stop();
    const { places, time } = this.#options;
    if (this.#link?.up === true) {
      const said = this.#link.publish(statusTopic(places()), bytes('offline'), { retain: true });
      const late = new Promise<void>(resolve => time.at(after(time.mono(), goodbyeMs), resolve));
      await Promise.race([said.catch(() => {}), late]);
    }
    await this.#leave();
    // What it still waited for has failed with its link.
    await looked;
  }

  async #look(): Promise<boolean> {
    const { time, leads, failing } = this.#options;
    if (!leads()) {
      await this.#leave();
      return false;
    }
    this.#link ??= this.#open();
    const now = time.mono();
    if (this.#lost !== null && now >= after(this.#lost.since, awayMs)) failing(this.#lost.reason);
    if (!this.#link.up || (!this.#isDue && now < this.#wholeAt)) return false;
    this.#isDue = false;
    this.#wholeAt = after(now, wholeLookMs);
    await this.#tell();
    return false;
  }

  #open(): Link {
    const { openLink, places, log, time, working } = this.#options;
    const { prefix, topic } = places();
    return openLink(
      {
        clientId: `${topic}-home-assistant`,
        subscriptions: [`${prefix}/status`, configTopic({ prefix, topic }, '+')],
        state: { topic: statusTopic({ topic }), here: () => bytes('online'), gone: bytes('offline') },
      },
      {
        connected: () => {
          this.#lost = null;
          working();
          this.#again();
          log.info({ topic }, 'the broker of Home Assistant is reached');
        },
        lost: reason => {
          if (this.#lost === null) log.warn({ reason }, 'the broker of Home Assistant is not reached');
          this.#lost = { since: this.#lost?.since ?? time.mono(), reason };
        },
        message: (name, payload) => this.#heard(name, payload),
      },
    );
  }

  async #leave(): Promise<void> {
    const link = this.#link;
    this.#link = null;
    this.#lost = null;
    await link?.close();
  }

  #again(): void {
    this.#round += 1;
    this.#sent.clear();
    this.#isDue = true;
  }

  #heard(name: string, payload: Uint8Array): void {
    const { prefix, topic } = this.#options.places();
    const text = Buffer.from(payload).toString('utf8');
    if (name === `${prefix}/status`) {
      // It has started, and may know nothing of what was not retained.
      if (text === 'online') this.#again();
      return;
    }
    const [before, behind] = configTopic({ prefix, topic }, '+').split('+');
    const object = name.slice(before?.length, -(behind?.length ?? 0));
    if (text === '' || !objectShape.test(object)) return;
    if (this.#kept.size < objectsMost || this.#kept.has(object)) this.#keep(object, componentsOf(text));
  }

  #keep(object: string, more: Kept): void {
    const known = this.#kept.get(object);
    if (known !== undefined && [...more.keys()].every(part => known.has(part))) return;
    this.#kept.set(object, new Map([...(known ?? []), ...more]));
    this.#isDue = true;
  }

  async #tell(): Promise<void> {
    const { store, account, places } = this.#options;
    const reading = { tx: store.db, account };
    const where = { ...places(), language: (await accountSettings(reading)).notify.language };
    const boxes = await boxFacts(reading);
    const wanted = new Set<string>();
    for (const facts of boxes) {
      // Before what reads them.
      await this.#say(stateTopic(where, facts.id), stateText(facts));
      await this.#say(linkTopic(where, facts.id), facts.isUp ? 'online' : 'offline');
      for (const each of discovered(facts, where)) {
        wanted.add(each.object);
        await this.#describe(each, configTopic(where, each.object));
      }
    }
    const there = new Set(boxes.map(({ id }) => id));
    for (const object of [...this.#kept.keys()]) {
      if (wanted.has(object)) continue;
      await this.#say(configTopic(where, object), '');
      this.#kept.delete(object);
      const box = boxOf(object);
      if (there.has(box)) continue;
      await this.#say(linkTopic(where, box), '');
      await this.#say(stateTopic(where, box), '');
    }
  }

  /** A component is taken out by name first, since one that is left out only stays. */
  async #describe(each: Discovered, name: string): Promise<void> {
    const kept = this.#kept.get(each.object) ?? new Map<string, Platform>();
    const gone = new Map([...kept].filter(([part]) => !Object.hasOwn(each.components, part)));
    if (gone.size > 0) await this.#say(name, configText(each, gone));
    await this.#say(name, configText(each));
    const now = Object.entries(each.components).map(([part, { platform }]) => [part, platform] as const);
    this.#kept.set(each.object, new Map(now));
  }

  /** Retained, unless it stands there already; nothing at all clears the topic. */
  async #say(name: string, text: string): Promise<void> {
    if (this.#sent.get(name) === text) return;
    this.#sent.delete(name);
    const round = this.#round;
    await this.#link?.publish(name, bytes(text), { retain: true });
    // Asked for all of it in the meantime, Home Assistant may not have heard this one.
    if (text !== '' && round === this.#round) this.#sent.set(name, text);
  }
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

const objectShape = /^[a-z0-9][a-z0-9-]{0,62}(_\d{1,3})?$/;
const partShape = /^[a-z0-9_]{1,64}$/;

/** Of a text that a broker had retained: ours of before, or whoever's. Never throws. */
function componentsOf(text: string): Kept {
  try {
    const { components } = parseForeign(text) as { readonly components?: object };
    const parts = Object.entries(components ?? {}).slice(0, componentsMost);
    return new Map(parts.flatMap(([part, component]) => platformOf(part, component)));
  } catch {
    return new Map();
  }
}

/** One that has a platform alone is on its way out. */
function platformOf(part: string, component: unknown): readonly (readonly [string, Platform])[] {
  if (!partShape.test(part) || typeof component !== 'object' || component === null) return [];
  const { platform } = component as { readonly platform?: unknown };
  const known = platforms.find(each => each === platform);
  return known === undefined || Object.keys(component).length < 2 ? [] : [[part, known]];
}
