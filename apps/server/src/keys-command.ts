// `keys`: the keys of what is sealed at rest, looked at, exchanged and destroyed while the server goes on.
import { ConfigError } from '#platform/config';
import type { Keys } from '#platform/keys';

export const keysCommand = async (keys: Keys, [word, number]: readonly string[]): Promise<void> => {
  if (word === undefined) return console.log((await keys.list()).map(describe).join('\n'));
  if (word === 'rotate') {
    const id = await keys.rotate();
    return console.log(
      `Key ${id} seals what is written from in a minute on. Workers then seal anew what older keys sealed.`,
    );
  }
  if (word === 'drop' && /^\d{1,9}$/.test(number ?? '')) {
    const refusal = await keys.drop(Number(number));
    if (refusal !== null) throw new ConfigError([`keys drop: ${refusal}`]);
    return console.log(`Key ${number} is gone, and with it whatever it alone could open.`);
  }
  throw new ConfigError(['keys, keys rotate, or keys drop N']);
};

const describe = ({ id, madeAt, seals, columns }: Awaited<ReturnType<Keys['list']>>[number]): string =>
  [
    `key ${id}`,
    `made ${madeAt.toISOString()}`,
    ...(seals ? ['seals now'] : []),
    columns.length > 0 ? `in ${columns.join(', ')}` : 'nothing is sealed with it',
  ].join('; ');
