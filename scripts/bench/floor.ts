/**
 * The least that any box could do between the last key and the lock: read the byte from the tty, insert 200 bytes in one
 * durable transaction, write the line. `node floor.ts TTY DATABASE LINE`
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { LinuxBinding } from '@serialport/bindings-cpp';
import { connect } from '../../src/box/adapters/sqlite/connection.ts';

const [tty = '', file = '', linePath = ''] = process.argv.slice(2);
/** How long the line stays active, so that the harness sees it. */
const pulseMs = 20;
const hash = 0x23;
/** Its log is moved at rest, as that of a box is: one that only ever grows costs the file system more at each sync. */
const moveLogEvery = 128;
/** libuv's interest in bytes to read, as the binding's poller takes it. */
const readable = 1;

const db = connect(file, {});
db.exec('CREATE TABLE IF NOT EXISTS floor (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT');
const insert = db.prepare('INSERT INTO floor (body) VALUES (?)');
const body = 'x'.repeat(200);
let inserts = 0;
const rest = (): void => {
  writeSync(line, '0\n', 0);
  inserts += 1;
  if (inserts % moveLogEvery === 0) db.pragma('wal_checkpoint(PASSIVE)');
};

const line = openSync(linePath, 'w');
writeSync(line, '0\n', 0);

const { fd, poller } = await LinuxBinding.open({ path: tty, baudRate: 9600, hupcl: false });
const bytes = Buffer.alloc(64);
poller.on('readable', () => {
  const length = readSync(fd ?? -1, bytes);
  if (bytes.subarray(0, length).includes(hash)) {
    insert.run(body);
    writeSync(line, '1\n', 0);
    setTimeout(rest, pulseMs);
  }
  poller.poll(readable);
});
poller.poll(readable);

process.on('SIGTERM', () => {
  db.close();
  closeSync(line);
  process.exit(0);
});
console.log('ready');
