// Has the browser keep the program's files (public/sw.js), so that it opens without its server.

// Resolves to "" if they are kept, else to the reason; never rejects. `found(reload)` is called when a newer
// version of the page is there, which `reload()` opens.
export async function keep(found) {
  if (!/^https?:/.test(location.protocol)) return "the page was opened from a file";
  if (!isSecureContext) return "the address is neither https nor this machine";
  if (!("serviceWorker" in navigator)) return "this browser keeps no pages, or not in private windows";
  try {
    const registration = await navigator.serviceWorker.register("./sw.js", { updateViaCache: "none" });
    const is_first = !registration.active;
    // Where there is no network, what is kept stays.
    if (!is_first) await registration.update().catch(() => {});
    const tell = (worker) => found(() => reload_with(worker));
    const coming = registration.installing;
    if (coming) {
      const ended = is_first ? ["activated", "redundant"] : ["installed", "activated", "redundant"];
      const state = await until(coming, ended);
      if (state === "redundant" && is_first) return "not all of its files could be kept";
    }
    if (!is_first && registration.waiting) tell(registration.waiting);
    return "";
  } catch (error) {
    return error.message;
  }
}

function until(worker, states) {
  return new Promise((done) => {
    const look = () => states.includes(worker.state) && done(worker.state);
    worker.addEventListener("statechange", look);
    look();
  });
}

async function reload_with(worker) {
  worker.postMessage("take over");
  await until(worker, ["activated", "redundant"]);
  location.reload();
}
