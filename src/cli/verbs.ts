import type { Verb } from './action.ts';

/** Every verb and where it lives, in the order of the help. */
export const verbs: { readonly [name: string]: () => Promise<Verb> } = {
  status: async () => (await import('./status.ts')).verb,
  slots: async () => (await import('./slots.ts')).verb,
  bookings: async () => (await import('./bookings.ts')).verb,
  keys: async () => (await import('./keys.ts')).verb,
  open: async () => (await import('./open.ts')).verb,
  'open-all': async () => (await import('./open-all.ts')).verb,
  lockdown: async () => (await import('./lockdown.ts')).verb,
  clock: async () => (await import('./clock-set.ts')).verb,
  events: async () => (await import('./events.ts')).verb,
  watch: async () => (await import('./watch.ts')).verb,
  doctor: async () => (await import('./doctor.ts')).verb,
  test: async () => (await import('./test.ts')).verb,
  audit: async () => (await import('./audit.ts')).verb,
  map: async () => (await import('./map.ts')).verb,
  maintenance: async () => (await import('./maintenance.ts')).verb,
  serial: async () => (await import('./serial.ts')).verb,
  enroll: async () => (await import('./enroll.ts')).verb,
  unenroll: async () => (await import('./unenroll.ts')).verb,
  config: async () => (await import('./config.ts')).verb,
  backup: async () => (await import('./backup.ts')).verb,
  restore: async () => (await import('./restore.ts')).verb,
};
