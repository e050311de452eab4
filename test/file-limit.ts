/**
 * Imported by the runner before each file of tests: ends a process that is through with its tests, or waits for something that never
 * comes, and stays.
 */
const limitMs = Number(process.env.SMARTBOX_FILE_LIMIT_MS);
/** A test that takes too long is told of by the runner itself, and its file goes on. */
const afterMs = 60_000;

setTimeout(() => {
  process.stderr.write(`a file of tests had not ended after ${limitMs + afterMs} ms\n`);
  process.exit(1);
}, limitMs + afterMs).unref();
