/** A Monday, 10:42 in Amsterdam: at it the clock of the pictures stands. */
export const nowMs = Date.UTC(2026, 10, 30, 9, 42, 7);
