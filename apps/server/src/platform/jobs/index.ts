// Work that takes long or can fail (jobs), and moments that come by themselves (timers).

export { createTimers, type TimerHandlers, type Timers } from './timers.ts';
export { createJobs, heartbeatsFor, type JobContext, type JobDefinition, type Jobs } from './worker.ts';
