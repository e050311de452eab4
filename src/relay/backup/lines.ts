/** Lines of text as bytes, and back. */

/** Longest line that is read: a page of rows. */
const lineMax = 64 * 1_048_576;

export async function* bytesOf(lines: AsyncIterable<object>): AsyncIterable<Uint8Array> {
  for await (const line of lines) yield Buffer.from(`${JSON.stringify(line)}\n`);
}

/** @throws RangeError for a line longer than any that we write */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  let held: Buffer[] = [];
  let length = 0;
  for await (const part of bytes) {
    let rest = Buffer.from(part);
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      yield Buffer.concat([...held, rest.subarray(0, end)]).toString('utf8');
      held = [];
      length = 0;
      rest = rest.subarray(end + 1);
    }
    held.push(rest);
    length += rest.length;
    if (length > lineMax) throw new RangeError('a line of the backup is too long');
  }
  if (length > 0) yield Buffer.concat(held).toString('utf8');
}
