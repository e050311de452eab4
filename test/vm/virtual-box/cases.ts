import type { Case } from './case.ts';
import { arm64 } from './cases/arm64.ts';
import { boot } from './cases/boot.ts';
import { codeByCdev, codeByOnoff } from './cases/codes.ts';
import { kills } from './cases/kills.ts';
import { clock1970, diskFull, networkGone } from './cases/outside.ts';
import { powerBoots } from './cases/power-boots.ts';
import { powerCuts, powerLog } from './cases/power-log.ts';
import { powerSaved } from './cases/power-saved.ts';
import { upgrade } from './cases/upgrade.ts';

/** In the order in which they run: the first makes the machine from which all others go on. */
export const cases: readonly Case[] = [
  boot,
  codeByCdev,
  codeByOnoff,
  ...kills,
  diskFull,
  networkGone,
  clock1970,
  upgrade,
  powerCuts,
  powerLog,
  arm64,
  powerBoots,
  powerSaved,
];
