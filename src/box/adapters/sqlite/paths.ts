import { join } from 'node:path';

/** Where everything lies in the data folder. */
export const databaseFile = (folder: string): string => join(folder, 'smartbox.db');
export const walFile = (folder: string): string => `${databaseFile(folder)}-wal`;
/** The nightly copies, the newest first. */
export const backupFiles = (folder: string): readonly string[] =>
  [1, 2].map(n => join(folder, `smartbox.db.backup-${n}`));
/** Its presence says that the next start must not trust the database. */
export const suspectFile = (folder: string): string => join(folder, 'smartbox.suspect');
/** Its presence says that the database was put back from a copy. */
export const restoredFile = (folder: string): string => join(folder, 'smartbox.restored');
/** Bookings that were taken in and are not all in the database yet. */
export const incomingFile = (folder: string): string => join(folder, 'smartbox.incoming');
