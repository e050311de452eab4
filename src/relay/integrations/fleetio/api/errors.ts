/** Errors of Fleetio, or of the way to it: each with what an administrator can do about it. */
import { Fault } from '../../../../base/fault.ts';
import type { Malformed } from './port.ts';

export type FleetioCode =
  | 'fleetio-unauthorized'
  | 'fleetio-forbidden'
  | 'fleetio-not-found'
  | 'fleetio-rejected'
  | 'fleetio-limited'
  | 'fleetio-unreachable'
  | 'fleetio-strange'
  | 'fleetio-record'
  | 'fleetio-too-large'
  | 'fleetio-address'
  | 'fleetio-busy'
  | 'fleetio-stopped';

const hints: Readonly<Record<FleetioCode, string>> = {
  'fleetio-unauthorized':
    'Make a new API key in Fleetio (Account settings, API keys), copy the account token from the same page, and put both in here.',
  'fleetio-forbidden':
    'Give the user of the API key “Manage vehicle assignments” and “View & update” of vehicles and contacts in Fleetio; the plan must be Professional or Premium.',
  'fleetio-not-found': 'Look at “baseUrl”, “version” and “paths” of the integration.',
  'fleetio-rejected': 'Put right in Fleetio what it complains of.',
  'fleetio-limited':
    'Other programs use the same Fleetio account: lower “callsPerMin” here, or the use of the others.',
  'fleetio-unreachable':
    'Nothing is lost, and it is tried again. Look at status.fleetio.com and at this machine’s network.',
  'fleetio-strange': 'Look at “version” and “paths” of the integration, and tell SmartBox’s makers.',
  'fleetio-record': 'Put that one record right in Fleetio; all others go on.',
  'fleetio-too-large': 'Shorten in Fleetio what is so long: comments, or values of custom fields.',
  'fleetio-address': 'Use https://secure.fleetio.com/api.',
  'fleetio-busy': 'Ask again in some minutes.',
  'fleetio-stopped': 'Ask again.',
};

export interface Told {
  /** Of a 422: member → sentences, as Fleetio says them. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
  /** Of a 429, and of a 5xx that says so. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
  /** Of `fleetio-record`. */
  readonly malformed?: Malformed;
}

export class FleetioError extends Fault {
  declare readonly code: FleetioCode;
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly retryAfterMs: number | null;
  readonly malformed: Malformed | null;

  constructor(code: FleetioCode, message: string, told: Told = {}) {
    super(code, message, hints[code], told.cause);
    this.fields = told.fields ?? {};
    this.retryAfterMs = told.retryAfterMs ?? null;
    this.malformed = told.malformed ?? null;
  }
}

/** Whether the same call may go well a little later. */
export const isPassing = (error: unknown): boolean =>
  error instanceof FleetioError &&
  (error.code === 'fleetio-unreachable' || error.code === 'fleetio-limited' || error.code === 'fleetio-busy');
