/** That many bytes from a CSPRNG; tests pass seeded ones. */
export type Random = (bytes: number) => Uint8Array;
