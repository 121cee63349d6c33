// The header Upload-Metadata of the tus protocol: `key base64, key base64, key`. Pure.

const KEY = /^[!-+\--~]+$/; // ASCII without space and comma
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Its pairs; a key without a value has the empty one. @returns null when it does not read so, or says a key twice */
export const readMetadata = (header: string): Map<string, string> | null => {
  const pairs = new Map<string, string>();
  if (header.trim() === '') return pairs;
  for (const pair of header.split(',')) {
    const [key = '', value = '', ...more] = pair.trim().split(' ');
    if (!KEY.test(key) || !BASE64.test(value) || more.length > 0 || pairs.has(key)) return null;
    pairs.set(key, Buffer.from(value, 'base64').toString('utf8'));
  }
  return pairs;
};
