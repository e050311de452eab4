import type { Stage } from './stage.ts';

/** Where everything is that a browser or a script can look at, a line each. */
export const addresses = (stage: Stage): readonly string[] => [
  `begin    ${stage.startUrl} (in a browser: a checklist, and the way to everything else)`,
  `admin    ${stage.firstLink}`,
  `API      ${stage.relay.url}/api/v1/openapi.json`,
  `token    ${stage.tokenFile}`,
  `MQTT     mqtt://127.0.0.1:${stage.ports.mqtt.port}`,
  `Fleetio  ${stage.fleetio.url} (a sandbox: assign a vehicle there)`,
  `cabinet  ${stage.cabinetUrl}`,
  ...stage.replaced,
];
