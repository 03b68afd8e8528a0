// A picture onto the clipboard. It comes as a promise: the press of a button counts for a moment only,
// and the picture may take longer.
export async function copy_png(blob) {
  await navigator.clipboard.write([new ClipboardItem({'image/png': blob})]);
}
