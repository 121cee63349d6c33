/** Decides from what the probe found whether a file becomes a video, and tells its maker what to do when not. Pure. */
import {
  type AudioDescription,
  type Description,
  framesPerSecond,
  type ProbeResult,
  VIDEO_CODECS,
  type VideoDescription,
} from './probe.ts';

/** Stable codes; the API and the client know them by these words. */
export type RejectionCode =
  | 'media_unreadable'
  | 'media_no_video'
  | 'media_no_sound'
  | 'media_encrypted'
  | 'media_unsupported'
  | 'media_too_long';

export interface Rejection {
  readonly code: RejectionCode;
  /** What happened and what to do, for the person who uploaded it. */
  readonly sentence: string;
}

type Refused = { readonly ok: false; readonly rejection: Rejection };
export type Verdict =
  | { readonly ok: true; readonly description: Description & { readonly video: VideoDescription } }
  | Refused;
export type SoundVerdict =
  | { readonly ok: true; readonly description: Description & { readonly audio: AudioDescription } }
  | Refused;

export interface VideoPolicy {
  readonly maxSeconds: number;
  /** Pixels of one frame, as stored. */
  readonly maxPixels: number;
  readonly maxSide: number;
  readonly maxFps: number;
  readonly maxStreams: number;
}

/** Four hours, 8K, 240 frames a second, 64 streams. */
export const DEFAULT_POLICY: VideoPolicy = {
  maxSeconds: 4 * 3600,
  maxPixels: 8192 * 4608,
  maxSide: 8192,
  maxFps: 240,
  maxStreams: 64,
};

export function judge(probed: ProbeResult, policy: VideoPolicy = DEFAULT_POLICY): Verdict {
  if (!probed.ok) return reject(...unreadable(probed.why));
  const { description } = probed;
  const { video } = description;
  const refused = judgeTracks(description, policy);
  if (refused) return refused;
  if (video === undefined) {
    return reject('media_no_video', 'There is no picture in this file, only sound or data. Choose the video itself.');
  }
  if (!VIDEO_CODECS.includes(video.codec)) {
    return reject(
      'media_unsupported',
      `This video is made with ${video.codec || 'an unknown codec'}, which cannot be read here. Export it as H.264 (MP4) and upload that.`,
    );
  }
  if (
    video.codedWidth > policy.maxSide ||
    video.codedHeight > policy.maxSide ||
    video.codedWidth * video.codedHeight > policy.maxPixels
  ) {
    return reject(
      'media_unsupported',
      `The picture is ${video.codedWidth} × ${video.codedHeight}; 8K is the most. Export it smaller and upload that.`,
    );
  }
  if (framesPerSecond(video) > policy.maxFps) {
    return reject(
      'media_unsupported',
      `This video has more than ${policy.maxFps} frames a second. Export it at 60 or fewer.`,
    );
  }
  if (description.durationSeconds > policy.maxSeconds) {
    return reject(
      'media_too_long',
      `This video is ${minutes(description.durationSeconds)} long; ${minutes(policy.maxSeconds)} is the most. Cut it into parts.`,
    );
  }
  if (video.width < 16 || video.height < 16 || description.durationSeconds <= 0) {
    return reject(
      'media_unreadable',
      'Nothing in this file can be shown. Play it on your device: if it plays there, export it again as MP4.',
    );
  }
  return { ok: true, description: { ...description, video } };
}

/** Decides whether a file becomes a sound recording; pictures in it, as a record's cover, are passed over. */
export function judgeSound(probed: ProbeResult, policy: VideoPolicy = DEFAULT_POLICY): SoundVerdict {
  if (!probed.ok) {
    return reject(
      'media_unreadable',
      probed.why === 'empty' || probed.why === 'truncated'
        ? unreadable(probed.why)[1]
        : 'This file is not a recording that can be read, whatever its name says. Export it as MP3, M4A, WAV or FLAC and upload that.',
    );
  }
  const { description } = probed;
  const refused = judgeTracks(description, policy);
  if (refused) return refused;
  const { audio, durationSeconds } = description;
  if (audio === undefined) {
    return reject(
      'media_no_sound',
      'There is no sound in this file that can be played here. Choose the recording itself.',
    );
  }
  if (durationSeconds > policy.maxSeconds) {
    return reject(
      'media_too_long',
      `This recording is ${minutes(durationSeconds)} long; ${minutes(policy.maxSeconds)} is the most. Cut it into parts.`,
    );
  }
  if (durationSeconds <= 0) return reject(...noise());
  return { ok: true, description: { ...description, audio } };
}

/** What is said of a recording that the probe took but that could not be decoded. */
export function undecodableSound(): Rejection {
  const [code, sentence] = noise();
  return { code, sentence };
}

function noise(): [RejectionCode, string] {
  return [
    'media_unreadable',
    'The sound in this file is damaged. Export it again as MP3, M4A or WAV from the app it was made with, and upload that.',
  ];
}

function judgeTracks(description: Description, policy: VideoPolicy): Refused | undefined {
  if (description.encrypted) {
    return reject(
      'media_encrypted',
      'This file is copy-protected, so it cannot be shown. Export it without protection, or upload the recording itself.',
    );
  }
  if (description.streams > policy.maxStreams) {
    return reject(
      'media_unsupported',
      `This file holds ${description.streams} tracks; ${policy.maxStreams} is the most. Export it with one picture and one sound track.`,
    );
  }
  return undefined;
}

/** A file that the probe took but whose frames could not be decoded. */
export function undecodable(): Rejection {
  return {
    code: 'media_unreadable',
    sentence:
      'The pictures in this file are damaged. Export it again as MP4 from the app it was made with, and upload that.',
  };
}

function unreadable(why: Exclude<ProbeResult, { ok: true }>['why']): [RejectionCode, string] {
  switch (why) {
    case 'empty':
      return ['media_unreadable', 'The file is empty. Check it on your device and upload it again.'];
    case 'truncated':
      return [
        'media_unreadable',
        'The file is cut short: a part of it never arrived in it. Copy it again from the camera, or export it anew, and upload that.',
      ];
    case 'picture':
      return ['media_unsupported', 'This is a picture, not a video. Choose the video file.'];
    case 'unknown':
    case 'unreadable':
      return [
        'media_unreadable',
        'This file is not a video that can be read, whatever its name says. Export it as MP4, MOV or WebM and upload that.',
      ];
  }
}

function reject(code: RejectionCode, sentence: string): Refused {
  return { ok: false, rejection: { code, sentence } };
}

function minutes(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
