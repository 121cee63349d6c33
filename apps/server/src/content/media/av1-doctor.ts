/** What an operator should know who turned AV1 on. */
import { spawnSync } from 'node:child_process';

/** undefined where AV1 is off. */
export function av1Doctor(settings: { readonly MEDIA_AV1: boolean; readonly FFMPEG_PATH: string }) {
  if (!settings.MEDIA_AV1) return undefined;
  const { stdout } = spawnSync(settings.FFMPEG_PATH, ['-hide_banner', '-encoders'], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  return stdout?.includes('libsvtav1')
    ? {
        ok: true,
        words:
          'on: each video is made once more after it plays, below everything else. That takes two to three times the processor time of H.264, and three quarters more storage',
      }
    : {
        ok: false,
        words: `${settings.FFMPEG_PATH} has no SVT-AV1: use one that has (Debian's), or turn MEDIA_AV1 off`,
      };
}
