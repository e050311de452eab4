/** The webhook as Fleetio has it, against what is needed: where that may be read. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { withoutTrailingSlashes } from '../../../../base/trailing.ts';
import type { Client } from '../api/client.ts';
import { FleetioError } from '../api/errors.ts';
import type { WebhookSettings } from '../api/port.ts';
import { type Checked, right, unknown, wrong } from '../check-result.ts';
import type { IntegrationSettings } from '../settings.ts';

/** The webhook as the relay was told of it, or is to be told. */
export interface WebhookCandidate {
  /** Ours. */
  readonly url: string;
  readonly key: string | null;
  readonly authorization: string | null;
  /** When an event last came with this key. */
  readonly lastEvent: number | null;
}

type EventNames = IntegrationSettings['events'];

interface WebhookChecked {
  readonly checked: Checked;
  readonly id: string | null;
  /** As they were, or as Fleetio calls them. */
  readonly events: EventNames;
}

export async function checkWebhook(
  client: Pick<Client, 'webhooks'>,
  candidate: WebhookCandidate,
  events: EventNames,
): Promise<WebhookChecked> {
  const bare = { id: null, events };
  if (candidate.key === null && candidate.authorization === null)
    return { ...bare, checked: noKey(candidate) };
  let all: readonly WebhookSettings[];
  try {
    all = await client.webhooks({ for: 'person' });
  } catch (error) {
    if (!(error instanceof FleetioError)) throw error;
    if (candidate.lastEvent !== null)
      return { ...bare, checked: right('an event has come that was signed with it') };
    const said =
      'the API key may not look at webhooks: the first event that comes will show whether it is right';
    return {
      ...bare,
      checked: unknown('webhook-unseen', said, 'Change an assignment in Fleetio, and look again.'),
    };
  }
  const found = pick(all, candidate);
  if (found === undefined) return { ...bare, checked: nowhere(candidate) };
  const named = namesIn(found, events);
  return { id: found.id, events: named, checked: judged(found, candidate, named) };
}

const noKey = ({ url }: WebhookCandidate): Checked =>
  unknown(
    'webhook-key-missing',
    'no secret key was given: changes are only found by comparing, every quarter of an hour',
    `In Fleetio, Webhooks: add ${url} with the three events of vehicle assignments; then View Secret Key in its row.`,
  );

const nowhere = ({ url }: WebhookCandidate): Checked =>
  wrong(
    'webhook-missing',
    `no webhook in Fleetio leads to ${url}`,
    `In Fleetio, Webhooks: add ${url} with the three events of vehicle assignments, and copy its secret key.`,
  );

/** The one with our address; else one with our key, which then leads elsewhere. */
function pick(all: readonly WebhookSettings[], { url, key }: WebhookCandidate): WebhookSettings | undefined {
  const ours = all.filter(each => sameUrl(each.url, url));
  const signed = (each: WebhookSettings): boolean => same(each.sharedKey, key);
  return ours.find(signed) ?? ours.find(({ enabled }) => enabled) ?? ours[0] ?? all.find(signed);
}

const sameUrl = (a: string, b: string): boolean => {
  const plain = (text: string): string => withoutTrailingSlashes(URL.parse(text)?.href ?? text);
  return plain(a) === plain(b);
};

/** In constant time; null is like nothing. */
function same(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return false;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function judged(
  found: WebhookSettings,
  { url, key, authorization }: WebhookCandidate,
  events: EventNames,
): Checked {
  if (!sameUrl(found.url, url))
    return wrong(
      'webhook-url',
      `the webhook with this key leads elsewhere`,
      `Change its URL in Fleetio to ${url}.`,
    );
  if (key !== null && found.sharedKey !== null && !same(found.sharedKey, key))
    return wrong(
      'webhook-key',
      'the webhook that leads here has another secret key',
      'In Fleetio, Webhooks, row menu: View Secret Key, and copy it whole.',
    );
  if (authorization !== null && !same(found.authorization, authorization))
    return wrong(
      'webhook-authorization',
      'the webhook sends another Authorization value',
      'Put the same value in both places, or none.',
    );
  if (!found.enabled) return disabled(found);
  const missing = wanted(events).filter(name => !found.allEvents && !found.events.has(name));
  if (missing.length > 0)
    return wrong(
      'webhook-events',
      `it lacks events: ${missing.join(', ')}`,
      'Tick them in Fleetio, Webhooks.',
    );
  return right('the webhook leads here, with this key, and has its three events');
}

const disabled = ({ disabledReason }: WebhookSettings): Checked =>
  wrong(
    'webhook-disabled',
    `the webhook is disabled in Fleetio${disabledReason === null ? '' : `: ${disabledReason.slice(0, 100)}`}`,
    'Enable it in Fleetio, Webhooks; what was missed is found by comparing.',
  );

const wanted = ({ created, updated, deleted }: EventNames): readonly string[] => [created, updated, deleted];

/** No page tells the three names: where Fleetio lists others that can only be these, they are taken over. */
function namesIn({ known }: WebhookSettings, events: EventNames): EventNames {
  const find = (now: string, verb: string): string => {
    if (known.has(now)) return now;
    const likely = [...known].filter(name => /assignment/.test(name) && name.includes(verb));
    return likely.length === 1 ? (likely[0] ?? now) : now;
  };
  return {
    ...events,
    created: find(events.created, 'creat'),
    updated: find(events.updated, 'updat'),
    deleted: find(events.deleted, 'delet'),
  };
}
