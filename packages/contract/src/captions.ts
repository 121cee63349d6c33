// Captions as both sides read and write them: WebVTT (https://www.w3.org/TR/webvtt1/) and SubRip in, WebVTT out.
// Strict where a mistake would put words at the wrong moment, kind about everything that cannot.

export type Cue = {
  startMs: number;
  endMs: number;
  /** A cue's payload: WebVTT's own tags and entities, all else escaped; lines parted by \n. */
  text: string;
  /** Where it stands on the picture, e.g. `line:10% align:start`; empty for where players put it. */
  settings: string;
};

export type CaptionsProblem = { line: number; problem: string };
export type ReadCaptions = { ok: true; cues: Cue[] } | ({ ok: false } & CaptionsProblem);

export const MAX_CUES = 20_000;
const MAX_MS = 24 * 3_600_000;

const TIME = String.raw`(?:(\d{1,4}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})`;
const TIMES = new RegExp(String.raw`^${TIME}[ \t]*-->[ \t]*${TIME}(?:[ \t]+(.*))?$`);
const ARROW = '-->';

/** Reads WebVTT or SubRip. Cues come in the order of their starts; comments, styles and empty cues are left out. */
export function readCaptions(file: string): ReadCaptions {
  const lines = file
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .replaceAll('\0', '\uFFFD')
    .split('\n');
  const isWebVtt = /^WEBVTT(?:[ \t]|$)/.test(lines[0] ?? '');
  const cues: Cue[] = [];
  let at = isWebVtt ? afterHeader(lines) : 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (line.trim() === '') at++;
    else if (isWebVtt && /^(?:NOTE|STYLE|REGION)(?:[ \t]|$)/.test(line)) at = endOfBlock(lines, at);
    else {
      const cue = readCue(lines, at);
      if ('problem' in cue) return { ok: false, ...cue };
      if (cue.text !== '') cues.push(cue.cue);
      at = cue.next;
    }
    if (cues.length > MAX_CUES) return { ok: false, line: at, problem: `There are more than ${MAX_CUES} cues.` };
  }
  if (cues.length === 0) return { ok: false, line: 1, problem: 'There is no cue in it.' };
  return { ok: true, cues: cues.sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs) };
}

/** WebVTT of these cues, always with hours and milliseconds. Texts are escaped again: they may have been typed. */
export const writeCaptions = (cues: readonly Cue[]): string =>
  [
    'WEBVTT\n',
    ...cues.map(
      ({ startMs, endMs, text, settings }) =>
        `${clockText(startMs)} ${ARROW} ${clockText(endMs)}${settings && ` ${settings}`}\n${cueText(text)}\n`,
    ),
  ].join('\n');

/** SubRip of these cues, for editors and players that read nothing else. It knows no places on the picture. */
export const writeSubRip = (cues: readonly Cue[]): string =>
  cues
    .map(
      ({ startMs, endMs, text }, at) =>
        `${at + 1}\n${clockText(startMs).replace('.', ',')} ${ARROW} ${clockText(endMs).replace('.', ',')}\n${subRipText(text)}\n`,
    )
    .join('\n');

/** Only the tags that SubRip has too, and letters as themselves. */
const subRipText = (text: string): string =>
  cueText(text)
    .replace(/<(?!\/?[biu]>)[^<>]*>/g, '')
    .replaceAll('&nbsp;', '\u00A0')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** `00:01:02.500`, as WebVTT writes it. */
export function clockText(ms: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
}

/** Milliseconds of `1:02:03.5`, `62.5` or `1:02`; null for what is no time. */
export function readClock(text: string): number | null {
  const match = /^(?:(?:(\d{1,4}):)?(\d{1,4}):)?(\d{1,5})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  if (!match) return null;
  const ms = millisecondsOf(match[1], match[2] ?? '0', match[3] ?? '0', match[4] ?? '0');
  return ms > MAX_MS ? null : ms;
}

// Only a voice and a language say more than their name; a tag with anything else in it is none of WebVTT's.
const TOKEN =
  /<(?:\d{1,4}:)?\d{2}:\d{2}\.\d{3}>|<\/(?:c|i|b|u|v|lang|ruby|rt)>|<(?:c|i|b|u|ruby|rt)(?:\.[^\s<>&.]+)*>|<(?:v|lang)(?:\.[^\s<>&.]+)*(?:[ \t][^<>&\n]*)?>|&(?:amp|lt|gt|nbsp|lrm|rlm|quot|#\d{1,7}|#x[\da-f]{1,6});|[<>&]/gi;
const ESCAPED: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };

/**
 * A payload with no markup but WebVTT's own. What other formats add to look at (fonts, positions in braces) is taken
 * out; what is no tag at all is text, and escaped. Blank lines would end a cue and are closed.
 */
export const cueText = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/<\/?font\b[^<>]*>|\{\\[^{}]*\}/gi, '')
    .replace(TOKEN, (token) => ESCAPED[token] ?? token)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');

/** A payload as one types it: with < and & themselves, wherever that reads back as the same. */
export function typedText(text: string): string {
  const typed = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return cueText(typed) === text ? typed : text;
}

/** Behind the header: its first line and what stands below it without a blank line. */
function afterHeader(lines: readonly string[]): number {
  let at = 1;
  while (at < lines.length && lines[at]?.trim() !== '' && !lines[at]?.includes(ARROW)) at++;
  return at;
}

function endOfBlock(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && lines[at]?.trim() !== '') at++;
  return at;
}

type CueRead = { cue: Cue; text: string; next: number };

/** The cue that begins at a line that is not blank: a name or number if there is one, its times, its text. */
function readCue(lines: readonly string[], from: number): CueRead | CaptionsProblem {
  const isNamed = !lines[from]?.includes(ARROW);
  const at = isNamed ? from + 1 : from;
  const timing = lines[at]?.trim() ?? '';
  if (!timing.includes(ARROW)) {
    const isStart = from === lines.findIndex((line) => line.trim() !== '');
    return {
      line: from + 1,
      problem: isStart
        ? 'It begins neither with WEBVTT nor with the times of a cue.'
        : `“${short(lines[from])}” has no times in front of it.`,
    };
  }
  const times = TIMES.exec(timing);
  if (!times) return { line: at + 1, problem: `“${short(timing)}” are no times. Write 00:00:01.000 --> 00:00:03.500.` };
  const [, h1, m1 = '', s1 = '', f1 = '', h2, m2 = '', s2 = '', f2 = '', settings = ''] = times;
  if ([m1, s1, m2, s2].some((part) => Number(part) > 59))
    return { line: at + 1, problem: 'Minutes and seconds go up to 59.' };
  const startMs = millisecondsOf(h1, m1, s1, f1);
  const endMs = millisecondsOf(h2, m2, s2, f2);
  if (endMs > MAX_MS) return { line: at + 1, problem: 'It ends after more than 24 hours.' };
  if (endMs <= startMs) return { line: at + 1, problem: 'It ends before it begins.' };
  const next = endOfText(lines, at + 1);
  const text = cueText(lines.slice(at + 1, next).join('\n'));
  return { cue: { startMs, endMs, text, settings: knownSettings(settings) }, text, next };
}

/** A cue's text ends at a blank line, or where the next one begins without one. */
function endOfText(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && lines[at]?.trim() !== '' && !lines[at]?.includes(ARROW)) at++;
  const isNextCue = at > from && lines[at]?.includes(ARROW) && /^\s*\d+\s*$/.test(lines[at - 1] ?? '');
  return isNextCue ? at - 1 : at;
}

const SETTING =
  /^(?:vertical:(?:rl|lr)|(?:line|position|size):-?\d{1,4}(?:\.\d+)?%?(?:,[a-z-]+)?|align:(?:start|center|end|left|right))$/;
const knownSettings = (text: string): string =>
  text
    .split(/[ \t]+/)
    .filter((setting) => SETTING.test(setting))
    .join(' ');

/** A fraction of one or two digits is one: `.5` is half a second. */
const millisecondsOf = (hours: string | undefined, minutes: string, seconds: string, fraction: string): number =>
  ((Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0'));

const short = (line: string | undefined): string => {
  const text = (line ?? '').trim();
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};
