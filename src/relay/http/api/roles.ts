/** Roles of people: named sets of the scopes that tokens have one by one. */
import type { Role } from '../../domain/account-people.ts';
import { badInput, conflict } from '../../domain/faults.ts';
import type { Caller } from './route.ts';
import { readScopes, type Scope, scopes } from './scopes.ts';

/** An operator runs the keys day by day; an auditor sees everything that opens nothing, and changes nothing. */
const roleScopes: Readonly<Record<Role, readonly Scope[]>> = {
  administrator: scopes,
  operator: readScopes([
    'boxes:read commands:write keys:* drivers:* bookings:* codes:read events:read integrations:read',
    'problems:* messages:* settings:read',
  ]).scopes,
  auditor: readScopes(['read']).scopes,
};

export const scopesOfRole = (role: Role): readonly Scope[] => roleScopes[role];

const covers = (caller: Caller, wanted: readonly Scope[]): boolean =>
  wanted.every(scope => caller.scopes.has(scope));

/**
 * Nobody gives what they do not have: else a token for people would be one for everything.
 * @throws Fault `bad-input` naming the member
 */
export function mustCover(caller: Caller, wanted: readonly Scope[], where: string): void {
  if (covers(caller, wanted)) return;
  throw badInput(where, 'would allow more than you may do yourself', 'Ask an administrator.');
}

/**
 * Whoever may do more than the caller is not changed by them, nor given a link that lets in whoever has it.
 * @throws Fault `conflict`
 */
export function mustBeAbove(caller: Caller, role: Role): void {
  if (covers(caller, scopesOfRole(role))) return;
  throw conflict('this person may do more than you', 'Ask an administrator.');
}
