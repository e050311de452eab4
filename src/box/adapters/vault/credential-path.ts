import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the other secrets, in the data folder. */
export const credentialPath = (folder: string): string => join(folder, 'relay.json');

export const hasCredentials = (folder: string): boolean => existsSync(credentialPath(folder));
