/** A bug in SmartBox itself: never caught to go on, the process ends with its outputs safe. */
export class Bug extends Error {
  override readonly name = 'Bug';
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Bug(message);
}

/** Marks the branch of a closed union that cannot be reached; adding a member makes the compiler stop here. */
export function never(value: never): never {
  throw new Bug(`unreachable: ${JSON.stringify(value)}`);
}
