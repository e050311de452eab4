import { Fault } from '../../base/fault.ts';

/** For what must last before it is answered. @throws Fault `storage-degraded` */
export function requireWritable(storage: 'good' | 'degraded'): void {
  if (storage === 'good') return;
  throw new Fault(
    'storage-degraded',
    'the disk takes no writes',
    'Free space or replace the card; see smartbox doctor.',
  );
}
