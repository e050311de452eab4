/** A clock of the system that is wrong, for one program and its children: by libfaketime (Debian: faketime). */
import { existsSync, readdirSync } from 'node:fs';

const libraries = readdirSync('/usr/lib')
  .map(folder => `/usr/lib/${folder}/faketime/libfaketime.so.1`)
  .filter(file => existsSync(file));

export const noFakeTime =
  libraries.length > 0 ? false : 'libfaketime is not installed (apt-get install faketime)';

/** Days from now; its monotonic clock is left as it is. */
export const daysOff = (days: number): Readonly<Record<string, string>> => ({
  LD_PRELOAD: libraries[0] ?? '',
  FAKETIME: `${days < 0 ? '' : '+'}${days}d`,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  FAKETIME_DONT_RESET: '1',
});
