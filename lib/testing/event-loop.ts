/**
 * The most of the processor, in milliseconds, that any turn of the event loop took while something was done. Not the time on the clock: a
 * machine that is busy with something else does not count.
 */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let over = false;
  const watching = (async () => {
    while (!over) {
      const began = process.threadCpuUsage();
      await new Promise(setImmediate);
      const { user, system } = process.threadCpuUsage(began);
      longest = Math.max(longest, (user + system) / 1000);
    }
  })();
  try {
    await work();
  } finally {
    over = true;
    await watching;
  }
  return longest;
}
