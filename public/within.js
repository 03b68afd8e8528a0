// In the place of public/files.js in the one-file edition: the same, out of the document.

// Unpacks LZMA (https://7-zip.org/sdk.html describes the format): a head of 13 bytes with the length, then the
// bits. Self-contained, as it runs in a worker.
function unlzma(input) {
  const props = input[0];
  const lc = props % 9;
  const lp = Math.floor(props / 9) % 5;
  const pb = Math.floor(props / 45);
  const size = new DataView(input.buffer, input.byteOffset).getUint32(5, true);
  const out = new Uint8Array(size);

  // Chances, one after another: where each kind begins.
  const IS_MATCH = 0, IS_REP = 192, IS_REP0 = 204, IS_REP1 = 216, IS_REP2 = 228, IS_REP0_LONG = 240;
  const SLOT = 432, SPECIAL = 688, ALIGN = 816, LENGTH = 832, REP_LENGTH = 1346, LITERAL = 1860;
  const chances = new Uint16Array(LITERAL + (0x300 << (lc + lp))).fill(1024);

  let at = 18, range = 0xffffffff;
  let code = new DataView(input.buffer, input.byteOffset).getUint32(14);
  const bit = (index) => {
    const chance = chances[index];
    const bound = (range >>> 11) * chance;
    let answer;
    if (code < bound) {
      range = bound;
      chances[index] = chance + ((2048 - chance) >> 5);
      answer = 0;
    } else {
      range -= bound;
      code -= bound;
      chances[index] = chance - (chance >> 5);
      answer = 1;
    }
    if (range < 0x1000000) {
      range = (range << 8) >>> 0;
      code = ((code << 8) | input[at++]) >>> 0;
    }
    return answer;
  };
  const tree = (from, bits) => {
    let node = 1;
    for (let left = bits; left; left--) node = (node << 1) | bit(from + node);
    return node - (1 << bits);
  };
  const reversed = (from, bits) => {
    let node = 1, value = 0;
    for (let place = 0; place < bits; place++) {
      const one = bit(from + node);
      node = (node << 1) | one;
      value |= one << place;
    }
    return value;
  };
  const direct = (bits) => {
    let value = 0;
    for (; bits; bits--) {
      range >>>= 1;
      const one = code >= range ? 1 : 0;
      if (one) code -= range;
      value = ((value << 1) | one) >>> 0;
      if (range < 0x1000000) {
        range = (range << 8) >>> 0;
        code = ((code << 8) | input[at++]) >>> 0;
      }
    }
    return value;
  };
  // Two choices, then 8 or 16 lengths for each position, or 256.
  const length = (from, position) => {
    if (!bit(from)) return tree(from + 2 + (position << 3), 3);
    if (!bit(from + 1)) return 8 + tree(from + 130 + (position << 3), 3);
    return 16 + tree(from + 258, 8);
  };

  let state = 0, here = 0, rep0 = 0, rep1 = 0, rep2 = 0, rep3 = 0;
  while (here < size) {
    const position = here & ((1 << pb) - 1);
    if (!bit(IS_MATCH + (state << 4) + position)) {
      const before = here ? out[here - 1] : 0;
      const from = LITERAL + 0x300 * (((here & ((1 << lp) - 1)) << lc) + (before >> (8 - lc)));
      let symbol = 1;
      if (state >= 7) {
        let match = out[here - rep0 - 1];
        do {
          const expected = (match >> 7) & 1;
          match <<= 1;
          const one = bit(from + ((1 + expected) << 8) + symbol);
          symbol = (symbol << 1) | one;
          if (expected !== one) break;
        } while (symbol < 0x100);
      }
      while (symbol < 0x100) symbol = (symbol << 1) | bit(from + symbol);
      out[here++] = symbol;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let count;
    if (bit(IS_REP + state)) {
      if (!bit(IS_REP0 + state)) {
        if (!bit(IS_REP0_LONG + (state << 4) + position)) {
          state = state < 7 ? 9 : 11;
          out[here] = out[here - rep0 - 1];
          here++;
          continue;
        }
      } else {
        let distance;
        if (!bit(IS_REP1 + state)) distance = rep1;
        else {
          if (!bit(IS_REP2 + state)) distance = rep2;
          else {
            distance = rep3;
            rep3 = rep2;
          }
          rep2 = rep1;
        }
        rep1 = rep0;
        rep0 = distance;
      }
      count = length(REP_LENGTH, position);
      state = state < 7 ? 8 : 11;
    } else {
      rep3 = rep2;
      rep2 = rep1;
      rep1 = rep0;
      count = length(LENGTH, position);
      state = state < 7 ? 7 : 10;
      const slot = tree(SLOT + (Math.min(count, 3) << 6), 6);
      rep0 = slot;
      if (slot >= 4) {
        const bits = (slot >> 1) - 1;
        rep0 = ((2 | (slot & 1)) << bits) >>> 0;
        if (slot < 14) rep0 += reversed(SPECIAL + rep0 - slot, bits);
        else rep0 += direct(bits - 4) * 16 + reversed(ALIGN, 4);
      }
    }
    if (rep0 >= here) throw new Error("the file is damaged");
    for (count += 2; count && here < size; count--, here++) out[here] = out[here - rep0 - 1];
  }
  return out;
}

// Where it runs, so that the page is not held up.
function unpack_there(unlzma) {
  self.onmessage = ({ data: { text, is_packed } }) => {
    const letters = atob(text);
    const bytes = new Uint8Array(letters.length);
    for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
    const { buffer } = is_packed ? unlzma(bytes) : bytes;
    self.postMessage(buffer, [buffer]);
  };
}
const unpacker = URL.createObjectURL(
  new Blob([`(${unpack_there})(${unlzma})`], { type: "text/javascript" }),
);

async function give(name) {
  const block = document.querySelector(`script[data-file="${name}"]`);
  if (!block) throw new Error(`${name} is not in this document`);
  const worker = new Worker(unpacker);
  try {
    const bytes = await new Promise((done, failed) => {
      worker.onmessage = (event) => done(event.data);
      worker.onerror = (event) => {
        event.preventDefault();
        failed(new Error(`${name} cannot be unpacked (${event.message}); the document may be damaged`));
      };
      worker.postMessage({ text: block.textContent, is_packed: block.dataset.packed === "lzma" });
    });
    const type = name.endsWith(".wasm") ? "application/wasm" : "";
    return new Response(bytes, { headers: { "Content-Type": type } });
  } finally {
    worker.terminate();
  }
}

// What fails is told where it is awaited, which may be some time from now.
function file(name) {
  const giving = give(name);
  giving.catch(() => {});
  return giving;
}

// All is here.
globalThis.coverlay = Object.freeze({ file, rest: async () => {}, is_one_file: true });
