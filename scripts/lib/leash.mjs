// Loaded before a server's own code (node --import): ends the server when the process that started it is gone,
// however that ended, a SIGKILL or a crash included. The IPC channel between the two closes with its other end.

import process from 'node:process'

/** How long the server may take to end by itself before its whole process group is killed. */
const GRACE_MS = 5_000

// What the server forks in turn is started with the same --import, and has a channel of its own to the server.
if (process.env.TOLLGATE_LEASH_HOLDER === String(process.ppid)) {
  process.on('disconnect', () => {
    const killGroup = () => process.kill(-process.pid, 'SIGKILL')
    // What the server started is of its group; whatever of it is still there when the server ends goes with it.
    process.on('exit', killGroup)
    process.kill(process.pid, 'SIGTERM')
    setTimeout(killGroup, GRACE_MS).unref()
  })
  // A listener keeps the channel open, and that keeps the process alive; the server alone is to decide that.
  process.channel?.unref()
}
