// What a phone does with an address: open LINE's own links inside LINE, everything else in a frame.

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Reads an address. Gives `{kind: "friend", id}`, `{kind: "prefill", id, text}`, `{kind: "liff", id, rest}`,
 * `{kind: "page", url}`, `{kind: "call", number}` or `{kind: "unknown"}`.
 */
export function readLink(address) {
  let url;
  try {
    url = new URL(address.trim());
  } catch {
    return { kind: "unknown" };
  }
  if (url.protocol === "tel:") return { kind: "call", number: url.pathname };
  const path = linePath(url);
  if (path !== null) return readLineLink(path, url.search);
  const liff = liffPath(url);
  if (liff) return { kind: "liff", id: liff[1], rest: liff[2] + url.search + url.hash };
  if (url.protocol === "http:" || url.protocol === "https:") return { kind: "page", url: url.href };
  return { kind: "unknown" };
}

function linePath(url) {
  if (url.protocol === "line:") return `${url.host}${url.pathname}`.replace(/^\/+/, "");
  const here = url.hostname === "line.me" || isOurs(url);
  return here && url.pathname.startsWith("/R/") ? url.pathname.slice(3) : null;
}

function liffPath(url) {
  const app = /^\/(\d+-\w+)(|\/.*)$/;
  if (url.hostname === "liff.line.me") return app.exec(url.pathname);
  return isOurs(url) && url.pathname.startsWith("/liff/") ? app.exec(url.pathname.slice(5)) : null;
}

function isOurs(url) {
  if (url.port !== location.port) return false;
  return url.hostname === location.hostname || (LOOPBACK.has(url.hostname) && LOOPBACK.has(location.hostname));
}

function readLineLink(path, search) {
  const friend = /^ti\/p\/([^/]+)\/?$/.exec(path);
  if (friend) return { kind: "friend", id: decoded(friend[1]) };
  const chat = /^oaMessage\/([^/]+)\/?$/.exec(path);
  if (chat) return { kind: "prefill", id: decoded(chat[1]), text: decoded(search.slice(1)) };
  return { kind: "unknown" };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
