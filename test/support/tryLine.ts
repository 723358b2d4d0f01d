import { accessLineMark } from '../../src/isolation/egress/accessLine.ts';

/** A line of the log of a proxy about a try that began now, or so many seconds ago. */
export function tryLine(
  host: string,
  note: string,
  { agoS = 0, port = 443, status = note === 'allowed' ? 200 : 403 } = {},
): string {
  const at = (Date.now() / 1000 - agoS).toFixed(3);
  return `${accessLineMark} ${at} 10.0.0.2 1000 CONNECT ${host} ${port} ${status} 12 5 34 ${note}\n`;
}
