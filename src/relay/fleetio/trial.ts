/** A connection tried as it would be, before anything about it is stored. */
import { Secret } from '../../base/secret.ts';
import { tryConnection, type Verdict } from './connect.ts';
import type { Fleetio } from './fleetio.ts';
import type { NewIntegration, Tokens } from './integrations.ts';
import { defaultSettings, mergeSettings, type SettingsPatch, settingsOfIntegration } from './settings.ts';

export interface NewTrial extends NewIntegration {
  readonly settings: SettingsPatch;
}

/** @throws FleetioError `fleetio-address` */
export const tryNew = (fleetio: Fleetio, wish: NewTrial): Promise<Verdict> =>
  trying(fleetio, {
    ...wish,
    settings: mergeSettings(defaultSettings, wish.settings),
    lastEvent: null,
  });

/** What of a change has to do with the connection. */
export interface TrialPatch extends Partial<{ readonly [token in keyof Tokens]: Tokens[token] | undefined }> {
  readonly baseUrl?: string | undefined;
  readonly settings?: SettingsPatch | undefined;
}

/**
 * Of an integration that is there, with `patch` laid over it. Null: the patch has nothing to do with the connection;
 * `patch` null: it is tried as it is.
 * @throws Fault `not-found`; FleetioError `fleetio-address`
 */
export async function tryAgain(
  fleetio: Fleetio,
  { id, account }: { readonly id: string; readonly account: string },
  patch: TrialPatch | null,
): Promise<Verdict | null> {
  const { row } = await fleetio.clients.of(id, account);
  if (patch !== null && !isAboutConnection(patch)) return null;
  const { baseUrl, apiKey, accountToken } = fleetio.clients.credentials(row);
  const webhook = fleetio.clients.webhookSecrets(row);
  return await trying(fleetio, {
    baseUrl: patch?.baseUrl ?? baseUrl,
    apiKey: patch?.apiKey ?? apiKey.reveal(),
    accountToken: patch?.accountToken ?? accountToken.reveal(),
    webhookKey: patch?.webhookKey === undefined ? webhook.key : patch.webhookKey,
    webhookAuthorization:
      patch?.webhookAuthorization === undefined ? webhook.authorization : patch.webhookAuthorization,
    settings: mergeSettings(settingsOfIntegration(row), patch?.settings ?? {}),
    lastEvent: patch?.webhookKey === undefined ? row.last_event : null,
  });
}

function isAboutConnection({ settings, ...patch }: TrialPatch): boolean {
  const tokens = ['baseUrl', 'apiKey', 'accountToken', 'webhookKey', 'webhookAuthorization'] as const;
  return (
    tokens.some(token => patch[token] !== undefined) ||
    settings?.version !== undefined ||
    settings?.paths !== undefined
  );
}

interface Wish extends Tokens {
  readonly baseUrl: string;
  readonly settings: Verdict['settings'];
  readonly lastEvent: number | null;
}

const trying = (fleetio: Fleetio, wish: Wish): Promise<Verdict> => {
  const apiKey = new Secret(wish.apiKey);
  const accountToken = new Secret(wish.accountToken);
  const { baseUrl, lastEvent, webhookKey, webhookAuthorization, settings } = wish;
  return tryConnection({
    settings,
    accountToken: wish.accountToken,
    webhook: { url: fleetio.webhookUrl, key: webhookKey, authorization: webhookAuthorization, lastEvent },
    open: at => fleetio.clients.fresh({ baseUrl, apiKey, accountToken }, at),
  });
};
