import type { CommandLine } from '../base/command-line/words.ts';

/** Every flag of every verb: one name means one kind of thing, so a flag may stand before its verb. */
const flagTypes = {
  board: 'string',
  claim: 'string',
  config: 'string',
  driver: 'string',
  empty: 'boolean',
  end: 'string',
  for: 'string',
  force: 'boolean',
  format: 'string',
  help: 'boolean',
  json: 'boolean',
  key: 'string',
  last: 'string',
  out: 'string',
  phone: 'string',
  plain: 'boolean',
  relay: 'string',
  replace: 'boolean',
  since: 'string',
  slot: 'string',
  socket: 'string',
  speed: 'string',
  start: 'string',
  tag: 'string',
  until: 'string',
  version: 'boolean',
  wait: 'string',
  who: 'string',
  why: 'string',
} as const;

export type FlagName = keyof typeof flagTypes;

export const commandLine: CommandLine<FlagName> = {
  program: 'smartbox',
  flags: flagTypes,
  everywhere: ['socket', 'json', 'help', 'version', 'who'],
};
