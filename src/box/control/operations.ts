import type { Operation } from './call.ts';
import { doctorOperations } from './doctor.ts';
import { backupOperations } from './ops-backup.ts';
import { bookingOperations } from './ops-bookings.ts';
import { commandOperations } from './ops-command.ts';
import { eventOperations } from './ops-events.ts';
import { liveOperations } from './ops-live.ts';
import { relayOperations } from './ops-relay.ts';
import { reportOperations } from './ops-report.ts';

/** Every operation of the control socket, by its name. */
export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...reportOperations,
  ...bookingOperations,
  ...commandOperations,
  ...eventOperations,
  ...liveOperations,
  ...doctorOperations,
  ...backupOperations,
  ...relayOperations,
]);
