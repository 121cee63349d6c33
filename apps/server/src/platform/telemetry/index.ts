// Logs with correlation ids and metrics.
import { pino } from 'pino';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { correlationId } from './correlation.ts';

export { callerAddress, correlate, correlationId } from './correlation.ts';

export type Log = import('pino').Logger;
export type Telemetry = ReturnType<typeof createTelemetry>;

const HIDDEN = '(hidden)';
/** Also where no member's name gives them away: in the words of an error, say. */
const MAIL_ADDRESS = /(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g;
const PHONE_NUMBER = /\+[1-9]\d{6,14}(?!\d)/g;
/** A code that names an error (SQLSTATE, errno, one of ours) is no secret, and the first thing one looks for. */
const ERROR_CODE = /^(?:[0-9A-Z]{5}|[A-Z]+(?:_[A-Z]+)*|[a-z]+(?:_[a-z]+)*)$/;
/** Where PostgreSQL's errors tell the row that they are about. */
const ROW_PATHS = ['err.detail', 'err.where'];
/** Members whose values never reach a log. */
const SECRET_PATHS = [
  'email',
  'phone',
  'token',
  'code',
  'password',
  'address',
  'authorization',
  'cookie',
  'identifier',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** One JSON line an event on standard output; a registry for Prometheus. */
export const createTelemetry = (options: { level: string; role: string; destination?: NodeJS.WritableStream }) => {
  const log: Log = pino(
    {
      level: options.level,
      base: { service: 'videowindow', role: options.role },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      mixin() {
        const id = correlationId();
        return id === null ? {} : { correlationId: id };
      },
      formatters: { level: (level) => ({ level }) },
      redact: {
        paths: [...SECRET_PATHS, ...ROW_PATHS],
        censor: (value, path) => (path.at(-1) === 'code' && ERROR_CODE.test(String(value)) ? value : HIDDEN),
      },
      hooks: { streamWrite: (line) => line.replaceAll(MAIL_ADDRESS, HIDDEN).replaceAll(PHONE_NUMBER, HIDDEN) },
    },
    options.destination ?? process.stdout,
  );
  const registry = new Registry();
  return {
    log,
    registry,
    collectProcess: () => collectDefaultMetrics({ register: registry }),
    counter: (name: string, help: string, labelNames: string[] = []) =>
      new Counter({ name, help, labelNames, registers: [registry] }),
    gauge: (name: string, help: string, collect: () => number) =>
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(collect());
        },
      }),
    /** Seconds. */
    histogram: (name: string, help: string, labelNames: string[] = []) =>
      new Histogram({
        name,
        help,
        labelNames,
        buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
        registers: [registry],
      }),
  };
};
