/** Loaded into the server by start.mjs: ends it when start.mjs is gone, however that happened. */

/** A new start may be waiting already for the port and the data; nobody waits for open requests any more. */
const PATIENCE_MS = 3000;

if (process.channel) {
  process.on('disconnect', () => {
    const ownWay = process.listenerCount('disconnect') > 1; // main.ts ends in order, as soon as there is something to end
    if (!ownWay) process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS).unref();
  });
  process.channel.unref(); // being able to hear it must not keep the server alive
}
