/** Soft sound made from nothing: a chord that breathes, and the noises of the work. Mono, -1 to 1, added up. */
import { seeded, TAU } from './numbers.ts';
import { SECONDS } from './stage.ts';

const RATE = 48_000;
const LENGTH = RATE * SECONDS;

/** Adds itself to the samples. */
export type Voice = (out: Float32Array) => void;

/** A quiet chord; its notes swell one after another and meet themselves at the loop. */
export function pad(frequencies: readonly number[], level = 0.05): Voice {
  return (out) => {
    frequencies.forEach((frequency, n) => {
      // Whole periods in the clip, so that the loop has no click.
      const f = Math.round(frequency * SECONDS) / SECONDS;
      for (let i = 0; i < LENGTH; i++) {
        const t = i / RATE;
        const swell = 0.55 + 0.45 * Math.sin((TAU * t) / SECONDS + n * 1.7);
        const w = TAU * f * t;
        out[i] =
          (out[i] as number) +
          level * swell * (Math.sin(w) + 0.35 * Math.sin(2 * w + 0.4) + 0.12 * Math.sin(3 * w)) * 0.7;
      }
    });
  };
}

/** Filtered noise: air, water, a wheel's hum. `swings` a clip make it come and go. */
export function hush(cutoff: number, level: number, swings = 1, depth = 0.5, seed = 3): Voice {
  return (out) => {
    const random = seeded(seed);
    const a = 1 - Math.exp((-TAU * cutoff) / RATE);
    let low = 0;
    let lower = 0;
    for (let i = 0; i < LENGTH; i++) {
      low += a * (random() * 2 - 1 - low);
      lower += a * (low - lower);
      const swell = 1 - depth + depth * (0.5 - 0.5 * Math.cos((TAU * swings * i) / LENGTH));
      out[i] = (out[i] as number) + lower * level * swell * edge(i);
    }
  };
}

/** Knocks, clinks, drips: a decaying tone with overtones at each of these moments (seconds). */
export function strikes(
  times: readonly number[],
  frequency: number,
  decay: number,
  level: number,
  overtones: readonly number[] = [2.76, 5.4],
  noisy = 0.2,
): Voice {
  return (out) => {
    const random = seeded(Math.round(frequency));
    times.forEach((time, k) => {
      const pitch = frequency * (1 + ((k * 7) % 5) * 0.006);
      const start = Math.round(time * RATE);
      const length = Math.min(LENGTH - start, Math.round(decay * 6 * RATE));
      for (let i = 0; i < length; i++) {
        const t = i / RATE;
        const tail = Math.exp(-t / decay) * Math.min(1, i / 60);
        let sample = Math.sin(TAU * pitch * t);
        for (const [n, ratio] of overtones.entries())
          sample += (Math.sin(TAU * pitch * ratio * t) * Math.exp((-t * (n + 1)) / decay)) / (n + 2);
        sample += (random() * 2 - 1) * noisy * Math.exp(-t / 0.012);
        out[start + i] = (out[start + i] as number) + sample * tail * level * 0.6;
      }
    });
  };
}

/** Fire, or a needle through cloth: many small pops. */
export function crackle(perSecond: number, level: number, seed = 5): Voice {
  return (out) => {
    const random = seeded(seed);
    for (let at = random() / perSecond; at < SECONDS - 0.05; at += (0.3 + random() * 1.4) / perSecond) {
      const start = Math.round(at * RATE);
      const loud = level * (0.2 + random() * random());
      const decay = 20 + random() * 160;
      for (let i = 0; i < 1500; i++)
        out[start + i] = (out[start + i] as number) + (random() * 2 - 1) * loud * Math.exp(-i / decay);
    }
  };
}

/** Moments at an even beat. */
export const every = (step: number, first = 0, until = SECONDS - 0.2): number[] =>
  Array.from({ length: Math.max(0, Math.floor((until - first) / step) + 1) }, (_, n) => first + n * step);

/** All voices as a 16-bit WAV file. */
export function mixDown(voices: readonly Voice[]): Buffer {
  const out = new Float32Array(LENGTH + RATE);
  for (const voice of voices) voice(out);
  const wav = Buffer.alloc(44 + LENGTH * 2);
  wav.write('RIFF', 0).toString();
  wav.writeUInt32LE(36 + LENGTH * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(RATE, 24);
  wav.writeUInt32LE(RATE * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(LENGTH * 2, 40);
  for (let i = 0; i < LENGTH; i++)
    wav.writeInt16LE(Math.round(Math.tanh((out[i] as number) * 1.4) * 26_000), 44 + i * 2);
  return wav;
}

/** Fades of 40 ms at both ends. */
const edge = (i: number): number => Math.min(1, i / 1920, (LENGTH - i) / 1920);
