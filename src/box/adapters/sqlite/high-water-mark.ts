/** The box keeps beside the database how far its own chain has come: that names the gap when the database is lost or an old one put back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './files.ts';

export interface HighWaterMark {
  readonly epoch: number;
  readonly seq: number;
  readonly hash: string;
}

export const markFile = (folder: string): string => join(folder, 'smartbox.mark');

const shape = /^\{"epoch":(\d{1,15}),"hash":"([0-9a-f]{64})","seq":(\d{1,15})\}\n$/;

/** Null when there is none that makes sense. */
export function readMark(folder: string): HighWaterMark | null {
  let text: string;
  try {
    text = readFileSync(markFile(folder), 'utf8');
  } catch {
    return null;
  }
  const match = shape.exec(text);
  if (match === null) return null;
  return { epoch: Number(match[1]), seq: Number(match[3]), hash: match[2] ?? '' };
}

/** Only of what is durable already: a mark ahead of the file means that the file is an old one. */
export function writeMark(folder: string, { epoch, seq, hash }: HighWaterMark): void {
  writeWhole(markFile(folder), `{"epoch":${epoch},"hash":"${hash}","seq":${seq}}\n`);
}

export const furthest = (marks: readonly (HighWaterMark | null)[]): HighWaterMark | null =>
  marks.reduce((best, mark) => (mark !== null && (best === null || mark.seq > best.seq) ? mark : best), null);
