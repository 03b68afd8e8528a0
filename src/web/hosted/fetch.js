// Asks the page's own host for a file; never another one: the address is seen from the page, its
// origin is compared, and a host that sends on to somewhere else is an error.

// Resolves to a `File`, to the reason why there is none, or to null if there is no such file; never
// rejects. `came(bytes)` hears of every piece.
export async function fetch_own(address, most, came) {
  let url;
  try {
    url = new URL(address, document.baseURI);
  } catch {
    return "the address is none";
  }
  if (url.origin !== location.origin) return "the address leads to another origin; nothing was asked for";
  try {
    const answer = await fetch(url, {
      redirect: "error",
      // The host's newest word, without fetching again what has not changed.
      cache: "no-cache",
      // The program itself comes first.
      priority: "low",
    });
    if (answer.status === 404) return null;
    if (!answer.ok) return `the host answers ${answer.status}`;
    const too_large = `larger than ${Math.ceil(most / 1024)} kB`;
    const told = Number(answer.headers.get("content-length"));
    if (told > most && !answer.headers.get("content-encoding")) {
      await answer.body?.cancel();
      return too_large;
    }
    const pieces = [];
    let size = 0;
    const reader = answer.body.getReader();
    for (let piece; !(piece = await reader.read()).done; ) {
      size += piece.value.length;
      if (size > most) {
        await reader.cancel();
        return too_large;
      }
      pieces.push(piece.value);
      came(piece.value.length);
    }
    return new File(pieces, url.pathname.split("/").pop());
  } catch (error) {
    return `it could not be fetched (${error.message}); a host that sends on to another address counts as that`;
  }
}
