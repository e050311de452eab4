import type { BoxState, Overlay, Rules } from './model.ts';

/** The rules that hold: what the relay has said over what is configured. */
export const overlaid = (
  configured: Rules,
  overlay: Overlay,
): Pick<BoxState, 'configured' | 'overlay' | 'rules'> => ({
  configured,
  overlay,
  rules: { ...configured, ...overlay.rules },
});
