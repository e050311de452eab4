/** The connection tried, token by token, so that an administrator sees at once which of them is wrong and what to do. */
import type { Client } from './api/client.ts';
import { FleetioError } from './api/errors.ts';
import type { Assignment, CustomField, FleetAccount } from './api/port.ts';
import { type Checked, right, unknown, wrong } from './check-result.ts';
import { type FieldsFound, findFields, missingLabels, withKeys } from './fields.ts';
import type { IntegrationSettings } from './settings.ts';
import { checkWebhook, type WebhookCandidate } from './webhook/webhook-check.ts';

const person = { for: 'person' } as const;

interface ConnectionTest {
  readonly settings: IntegrationSettings;
  readonly accountToken: string;
  readonly webhook: WebhookCandidate;
  /** A client of these settings; closed here. */
  readonly open: (settings: IntegrationSettings) => Client;
}

export interface ConnectionResult {
  readonly apiKey: Checked;
  readonly accountToken: Checked;
  readonly webhookKey: Checked;
  /** Null: it never came to looking. */
  readonly fields: FieldsFound | null;
  /** The settings that Fleetio was found to want: keys of fields, names of events, its kind of path. */
  readonly settings: IntegrationSettings;
  /** Fleetio's id of the webhook that leads here. */
  readonly webhookId: string | null;
  /** Name of the account at Fleetio; null: not told. */
  readonly name: string | null;
}

/** @throws FleetioError `fleetio-address` where Fleetio's address itself is wrong */
export async function verifyConnection(test: ConnectionTest): Promise<ConnectionResult> {
  const first = await tryPaths(test, test.settings);
  if (first !== 'no-such-path') return first;
  const paths = test.settings.paths === 'plain' ? 'versioned' : 'plain';
  const second = await tryPaths(test, { ...test.settings, paths });
  if (second !== 'no-such-path') return second;
  const said = 'Fleetio has no vehicle assignments at this address, with or without a version in its paths';
  const checked = wrong('no-such-path', said, 'Look at “baseUrl” and “version” of the integration.');
  return { ...nothing(test.settings), apiKey: checked };
}

const notTried = unknown('not-tried', 'was not tried');
const nothing = (settings: IntegrationSettings): ConnectionResult => ({
  ...{ apiKey: notTried, accountToken: notTried, webhookKey: notTried },
  ...{ fields: null, settings, webhookId: null, name: null },
});

async function tryPaths(
  test: ConnectionTest,
  settings: IntegrationSettings,
): Promise<ConnectionResult | 'no-such-path'> {
  const client = test.open(settings);
  try {
    return await trySteps(client, test, settings);
  } finally {
    client.close();
  }
}

async function trySteps(
  client: Client,
  test: ConnectionTest,
  settings: IntegrationSettings,
): Promise<ConnectionResult | 'no-such-path'> {
  const key = await tryKey(client);
  if (key.checked.state === 'wrong' || isAway(key.checked))
    return { ...nothing(settings), apiKey: key.checked };
  const token = await tryToken(client, key.accounts, test.accountToken);
  if (token === 'no-such-path') return token;
  const name = key.accounts?.find(account => account.token === test.accountToken)?.name ?? null;
  const tried = {
    ...nothing(settings),
    name,
    apiKey: token.apiKey ?? key.checked,
    accountToken: token.checked,
  };
  if (token.assignments === null) return tried;
  const hook = await checkWebhook(client, test.webhook, settings.events);
  const list = await listedFields(client);
  const fields = findFields(settings.fields, { list, assignments: token.assignments });
  return {
    ...tried,
    webhookKey: hook.checked,
    webhookId: hook.id,
    fields,
    settings: { ...settings, events: hook.events, fields: withKeys(settings.fields, fields) },
  };
}

/** Whatever is asked next, nobody would answer. */
export const isAway = ({ code }: Checked): boolean =>
  code === 'fleetio-unreachable' || code === 'fleetio-limited' || code === 'fleetio-busy';

interface KeyTried {
  readonly checked: Checked;
  /** Null: the list may not be read. */
  readonly accounts: readonly FleetAccount[] | null;
}

/** A wrong account token may make the first call fail too: so it is left out before the key is blamed. */
async function tryKey(client: Client): Promise<KeyTried> {
  try {
    return known(await client.accounts(person));
  } catch (error) {
    if (!(error instanceof FleetioError)) throw error;
    if (error.code !== 'fleetio-unauthorized') return { checked: unsure(error), accounts: null };
  }
  try {
    return known(await client.accountsOfKey(person));
  } catch (error) {
    if (!(error instanceof FleetioError)) throw error;
    if (error.code !== 'fleetio-unauthorized') return { checked: unsure(error), accounts: null };
    const hint = 'In Fleetio: account name, account settings, API keys: add a key and copy it whole.';
    return { checked: wrong(error.code, 'Fleetio does not know this API key', hint), accounts: null };
  }
}

const known = (accounts: readonly FleetAccount[]): KeyTried => ({
  checked: right(`Fleetio knows it; it may use ${namesOf(accounts)}`),
  accounts,
});

const namesMax = 5;
const namesOf = (accounts: readonly FleetAccount[]): string => {
  const names = accounts.slice(0, namesMax).map(({ name }) => name);
  if (names.length === 0) return 'no account';
  return accounts.length > namesMax ? `${names.join(', ')} and others` : names.join(', ');
};

/** Neither right nor wrong: the way to Fleetio fails, or the list is not for everybody. */
const unsure = (error: FleetioError): Checked => unknown(error.code, error.message, error.hint);

interface TokenTried {
  readonly checked: Checked;
  /** Where only the call with both shows what the key lacks. */
  readonly apiKey?: Checked;
  /** Null: they could not be read. */
  readonly assignments: readonly Assignment[] | null;
}

async function tryToken(
  client: Client,
  accounts: readonly FleetAccount[] | null,
  token: string,
): Promise<TokenTried | 'no-such-path'> {
  const tokens = accounts?.flatMap(account => account.token ?? []) ?? [];
  const hint = 'It stands beside the API keys in Fleetio, and in every address: secure.fleetio.com/TOKEN/…';
  if (tokens.length > 0 && !tokens.includes(token)) {
    const said = `it is not the token of an account that the API key may use (${namesOf(accounts ?? [])})`;
    return { checked: wrong('account-token-unknown', said, hint), assignments: null };
  }
  try {
    const assignments = await client.someAssignments(person);
    return { checked: right('vehicle assignments can be read with it'), assignments };
  } catch (error) {
    if (!(error instanceof FleetioError)) throw error;
    if (error.code === 'fleetio-not-found') return 'no-such-path';
    return { ...refusedToken(error, tokens.length > 0, hint), assignments: null };
  }
}

function refusedToken(error: FleetioError, isListed: boolean, hint: string): Omit<TokenTried, 'assignments'> {
  if (error.code === 'fleetio-unauthorized')
    return { checked: wrong('account-token-unknown', 'Fleetio does not accept this account token', hint) };
  if (error.code !== 'fleetio-forbidden') return { checked: unsure(error) };
  const lacking = wrong(error.code, 'its user may not read vehicle assignments', error.hint);
  return {
    apiKey: lacking,
    checked: isListed ? right('it is that of an account of the API key') : unsure(error),
  };
}

/** Null: not everybody may read the list. */
export async function listedFields(client: Client): Promise<readonly CustomField[] | null> {
  try {
    return await client.customFields(person);
  } catch (error) {
    if (error instanceof FleetioError) return null;
    throw error;
  }
}

/** Whether a wrong token forbids storing the integration at all. */
export const isRefused = ({ apiKey, accountToken }: ConnectionResult): boolean =>
  apiKey.state === 'wrong' || accountToken.state === 'wrong';

/** In words for people: null where the three fields are there. */
export function fieldsSaid({ fields }: ConnectionResult): string | null {
  const missing = fields === null ? [] : missingLabels(fields);
  if (missing.length === 0) return null;
  const labels = missing.map(label => `“${label}”`).join(', ');
  return `create in Fleetio, Custom fields, record type Vehicle assignment, data type Text: ${labels}`;
}
