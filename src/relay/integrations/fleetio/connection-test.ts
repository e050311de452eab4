/** A connection tried as it would be, before anything about it is stored. */
import { Secret } from '../../../base/secret.ts';
import type { Fleetio } from './fleetio.ts';
import { mustBringTokens, type NewIntegration, type Tokens, type Tried } from './integrations.ts';
import { defaultSettings, mergeSettings, type SettingsPatch, settingsOfIntegration } from './settings.ts';
import { type ConnectionResult, verifyConnection } from './verify-connection.ts';

interface NewCandidate extends NewIntegration {
  readonly settings: SettingsPatch;
}

/** @throws FleetioError `fleetio-address` */
export const tryNew = (fleetio: Fleetio, candidate: NewCandidate): Promise<ConnectionResult> =>
  trying(fleetio, {
    ...candidate,
    settings: mergeSettings(defaultSettings, candidate.settings),
    lastEvent: null,
  });

/** The members of a change that have to do with the connection. */
interface CandidatePatch extends Partial<{ readonly [token in keyof Tokens]: Tokens[token] | undefined }> {
  readonly baseUrl?: string | undefined;
  readonly settings?: SettingsPatch | undefined;
}

/**
 * Of an integration that is there, with `patch` laid over it: no kept token is shown to a server that it was not given for. Null: the patch has nothing to do with the connection;
 * `patch` null: it is tried as it is.
 * @throws Fault `not-found`, `bad-input`; FleetioError `fleetio-address`
 */
export async function tryAgain(
  fleetio: Fleetio,
  { id, account }: { readonly id: string; readonly account: string },
  patch: CandidatePatch | null,
): Promise<Tried | null> {
  const { row } = await fleetio.clients.of(id, account);
  if (patch !== null && !isAboutConnection(patch)) return null;
  if (patch !== null) mustBringTokens(row.base_url, patch);
  const { baseUrl, apiKey, accountToken } = fleetio.clients.credentials(row);
  const webhook = fleetio.clients.webhookSecrets(row);
  const result = await trying(fleetio, {
    baseUrl: patch?.baseUrl ?? baseUrl,
    apiKey: patch?.apiKey ?? apiKey.reveal(),
    accountToken: patch?.accountToken ?? accountToken.reveal(),
    webhookKey: patch?.webhookKey === undefined ? webhook.key : patch.webhookKey,
    webhookAuthorization:
      patch?.webhookAuthorization === undefined ? webhook.authorization : patch.webhookAuthorization,
    settings: mergeSettings(settingsOfIntegration(row), patch?.settings ?? {}),
    lastEvent: patch?.webhookKey === undefined ? row.last_event : null,
  });
  return { result, baseUrl };
}

function isAboutConnection({ settings, ...patch }: CandidatePatch): boolean {
  const tokens = ['baseUrl', 'apiKey', 'accountToken', 'webhookKey', 'webhookAuthorization'] as const;
  return (
    tokens.some(token => patch[token] !== undefined) ||
    settings?.version !== undefined ||
    settings?.paths !== undefined
  );
}

interface Candidate extends Tokens {
  readonly baseUrl: string;
  readonly settings: ConnectionResult['settings'];
  readonly lastEvent: number | null;
}

const trying = (fleetio: Fleetio, candidate: Candidate): Promise<ConnectionResult> => {
  const apiKey = new Secret(candidate.apiKey);
  const accountToken = new Secret(candidate.accountToken);
  const { baseUrl, lastEvent, webhookKey, webhookAuthorization, settings } = candidate;
  return verifyConnection({
    settings,
    accountToken: candidate.accountToken,
    webhook: { url: fleetio.webhookUrl, key: webhookKey, authorization: webhookAuthorization, lastEvent },
    open: at => fleetio.clients.fresh({ baseUrl, apiKey, accountToken }, at),
  });
};
