// What clients may say, read from text that anybody may have written.
import type { ClientMessage } from '@videowindow/contract';

const CHANNEL_NAME = /^([a-z]{1,20}):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** The two parts of a channel's name; null when it is none. */
export const parseChannelName = (name: string): { prefix: string; id: string } | null => {
  const [, prefix, id] = CHANNEL_NAME.exec(name) ?? [];
  return prefix && id ? { prefix, id } : null;
};

/** A client's message; null when it is malformed. */
export const readMessage = (text: string): ClientMessage | null => {
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null) return null;
    const { type, id, channel, offset } = message as Record<'type' | 'id' | 'channel' | 'offset', unknown>; // each is looked at below
    if (typeof id !== 'number') return null;
    if (type === 'ping') return { type, id };
    if (typeof channel !== 'string' || channel.length > 80) return null;
    if (type === 'unsubscribe') return { type, id, channel };
    if (type !== 'subscribe') return null;
    if (offset === undefined || offset === null) return { type, id, channel };
    return isOffset(offset) ? { type, id, channel, offset } : null;
  } catch {
    return null;
  }
};

const isOffset = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
