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
/** libuv's interest in bytes to read, as the binding's poller takes it. */
const readable = 1;

const db = connect(file, {});
db.exec('CREATE TABLE IF NOT EXISTS floor (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT');
const insert = db.prepare('INSERT INTO floor (body) VALUES (?)');
const body = 'x'.repeat(200);

const line = openSync(linePath, 'w');
writeSync(line, '0\n', 0);

const { fd, poller } = await LinuxBinding.open({ path: tty, baudRate: 9600, hupcl: false });
const bytes = Buffer.alloc(64);
poller.on('readable', () => {
  const length = readSync(fd ?? -1, bytes);
  if (bytes.subarray(0, length).includes(hash)) {
    insert.run(body);
    writeSync(line, '1\n', 0);
    setTimeout(() => writeSync(line, '0\n', 0), pulseMs);
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
