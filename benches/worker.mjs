// The worker by itself, without a page: what reading a zip takes of a processor.
//   node benches/worker.mjs dist rules.zip [drops]
// Linux only: the time of the thread that reads is the kernel's own count. Beside it that of the whole
// process, in which wasm is translated, and a hash of what was answered, which shows whether two builds
// read the same.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';

const [folder, archive, drops = '4'] = process.argv.slice(2);
// As long as a page is open before somebody drops something: the worker warms up.
const WAIT_MS = 1500;

// The order of `src/worker/protocol.rs`, as postcard: not careful, no scan of texts, no tables, limits at
// their highest, and `Request::Zip` of job 1, all of it.
const number = (value) => {
  const bytes = [];
  for (let left = BigInt(value); ; left >>= 7n) {
    if (left < 128n) return [...bytes, Number(left)];
    bytes.push(Number(left & 127n) | 128);
  }
};
const text = (value) => [...number(Buffer.byteLength(value)), ...Buffer.from(value)];
const LIMITS = 17;
const limits = Array.from({ length: LIMITS }, () => number(2 ** 40)).flat();
const order = [0, 0, 0, ...limits, 1, 1, ...text('rules.zip'), 0, 1, 0];

const thread = () => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
const whole = () => (({ user, system }) => (user + system) / 1e3)(process.cpuUsage());

// What a worker reads a handle by, which only browsers have. (Node's own Blob cannot be waited for.)
class Handle {
  constructor(buffer) {
    this.buffer = buffer;
    this.size = buffer.byteLength;
  }
  slice(from, to) {
    return new Handle(this.buffer.slice(from, to));
  }
}
globalThis.FileReaderSync = class {
  readAsArrayBuffer(handle) {
    return handle.buffer;
  }
};

let hear = () => {};
globalThis.postMessage = (message) => hear(new Uint8Array(message));
// Waits for `Ready` (the first of the responses) or `Done` (a number and a job, and nothing else).
const until = (is, each = () => {}) =>
  new Promise((resolve) => {
    hear = (bytes) => {
      each(bytes);
      if (is(bytes)) resolve();
    };
  });

const script = readFileSync(join(folder, 'worker.js'), 'utf8');
runInThisContext(script.replace(/^let wasm_bindgen ?=/, 'globalThis.wasm_bindgen ='));
const ready = until((bytes) => bytes[0] === 0);
globalThis.wasm_bindgen.initSync({ module: new WebAssembly.Module(readFileSync(join(folder, 'worker_bg.wasm'))) });
await ready;
await new Promise((resolve) => setTimeout(resolve, WAIT_MS));

const content = readFileSync(archive);
for (let drop = 1; drop <= Number(drops); drop += 1) {
  const hash = createHash('sha256');
  let size = 0;
  const done = until(
    (bytes) => bytes.length === 2,
    (bytes) => {
      size += bytes.length;
      // The numbers of responses differ from build to build.
      hash.update(bytes.subarray(1));
    },
  );
  const from = [thread(), whole()];
  globalThis.onmessage({ data: [new Uint8Array(order), new Handle(new Uint8Array(content).buffer)] });
  // It answers before it returns.
  const late = setTimeout(() => {
    console.error('no answer: the order above is no longer that of src/worker/protocol.rs');
    process.exit(1);
  }, 5000);
  await done;
  clearTimeout(late);
  const took = [thread() - from[0], whole() - from[1]].map((ms) => ms.toFixed(0));
  console.log(`drop ${drop}: thread ${took[0]} ms, process ${took[1]} ms; ${size} bytes, ${hash.digest('hex').slice(0, 8)}`);
}
process.exit(0);
