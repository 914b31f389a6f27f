// What a touch asks of the terminal's own server. One key per touch; a try again keeps the key.

const TRIES = 3;
const PATIENCE = 25000;
const PAUSE = 1000;

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** The answer as { ok, body }; `body.code` says what is wrong when it is not ok. */
export async function ask(path, wish) {
  for (let left = TRIES; left > 0; left -= 1) {
    try {
      const answer = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(wish),
        signal: AbortSignal.timeout(PATIENCE),
      });
      return { ok: answer.ok, body: await answer.json() };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
  return { ok: false, body: { code: "away" } };
}
