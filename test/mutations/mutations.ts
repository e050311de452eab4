import { boxMutations } from './box-mutations.ts';
import { fleetioMutations } from './fleetio-mutations.ts';
import type { Mutation } from './mutation.ts';
import { operatorMutations } from './operator-mutations.ts';
import { portMutations } from './port-mutations.ts';
import { relayMutations } from './relay-mutations.ts';
import { securityMutations } from './security-mutations.ts';

export const mutations: readonly Mutation[] = [
  ...boxMutations,
  ...portMutations,
  ...securityMutations,
  ...operatorMutations,
  ...relayMutations,
  ...fleetioMutations,
];
