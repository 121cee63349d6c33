// A TCP proxy that breaks things on purpose. It sees what a program asks and may lose the question or the answer.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * What becomes of bytes on their way to the other side. `lose-question`: they are not passed on and the line is cut;
 * `lose-answer`: they are passed on, and the line is cut when the answer has begun to come, so the deed is done.
 * `and` is called at that moment.
 */
export type Verdict = 'pass' | { readonly do: 'lose-question' | 'lose-answer'; and?(): void };

/** @param said what this line has asked so far in the same transaction or request, the new bytes included */
export type Judge = (asked: string, said: string) => Verdict;

export type FaultProxy = {
  readonly port: number;
  /** Cuts every line, in the middle of whatever it is at. */
  cut(): void;
  close(): Promise<void>;
};

const MOST_REMEMBERED = 256 * 1024;

/**
 * @param target port on loopback, asked for each connection; null refuses it
 * @param begins whether these bytes begin something new, so that what was said before is forgotten
 */
export const openProxy = async (
  target: () => number | null,
  judge: Judge = () => 'pass',
  begins: (asked: string) => boolean = () => true,
): Promise<FaultProxy> => {
  const lines = new Set<Socket>();
  const server = createServer((near) => {
    const port = target();
    if (port === null) {
      near.destroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
    let said = '';
    let losing: (() => void) | null = null;
    const end = () => {
      lines.delete(near);
      near.destroy();
      far.destroy();
    };
    lines.add(near);
    for (const socket of [near, far]) {
      socket.on('error', end);
      socket.on('close', end);
    }
    near.on('data', (bytes) => {
      const asked = bytes.toString('latin1');
      said = begins(asked) ? asked : (said + asked).slice(-MOST_REMEMBERED);
      const verdict = judge(asked, said);
      if (verdict === 'pass') {
        far.write(bytes);
        return;
      }
      if (verdict.do === 'lose-question') {
        verdict.and?.();
        end();
        return;
      }
      losing = () => verdict.and?.();
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (!losing) {
        near.write(bytes);
        return;
      }
      losing();
      end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('a TCP server has a port');
  const cut = () => {
    for (const line of lines) line.destroy();
  };
  return {
    port: address.port,
    cut,
    async close() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
};
