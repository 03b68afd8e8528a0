// Resolves in a task of its own, so that the browser can draw before. A timer would wait 4 ms,
// and `scheduler.yield` goes before everything else that waits: files read, workers' answers.
// One channel for all: making one takes longer than many a piece of work between two tasks.
const waiting = [];
let door;
export function next_task() {
  if (!door) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => waiting.shift()();
    door = port2;
  }
  return new Promise((done) => {
    waiting.push(done);
    door.postMessage(0);
  });
}

// Resolves before the next frame is drawn; not while nobody sees the page.
export function next_frame() {
  return new Promise((done) => requestAnimationFrame(done));
}

// Resolves when the browser has nothing else to do, or after half a second. Where it cannot tell
// (Safari), in a later task.
export function idle() {
  return new Promise((done) => {
    if (globalThis.requestIdleCallback) requestIdleCallback(done, { timeout: 500 });
    else setTimeout(done, 50);
  });
}

export function after(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
