// Plays the LIFF SDK for pages of the account: the part of its surface that says who somebody is, with the same
// steps, stores and addresses. What the real one finds at api.line.me and access.line.me is beside this file.

const HERE = new URL(".", import.meta.url).href.replace(/\/liff\/$/, "");
const KEYS = ["accessToken", "idToken", "expires", "login", "context"];

let liffId = "";
let inClient = null;

class LiffError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const store = {
  get box() { return isInClient() ? sessionStorage : localStorage; },
  get(name) { return JSON.parse(this.box.getItem(`LIFF_STORE:${liffId}:${name}`)); },
  set(name, value) { this.box.setItem(`LIFF_STORE:${liffId}:${name}`, JSON.stringify(value)); },
  forget(name) { this.box.removeItem(`LIFF_STORE:${liffId}:${name}`); },
};

function behindHash() {
  return new URLSearchParams(location.hash.slice(1));
}

/** The real one also wants LINE's own browser, by its name. */
function isInClient() {
  inClient ??= behindHash().has("access_token") || sessionStorage.getItem("LIFF_STORE:isInClient") === "1";
  sessionStorage.setItem("LIFF_STORE:isInClient", inClient ? "1" : "0");
  return inClient;
}

function channelId() {
  return liffId.split("-")[0];
}

function isLoggedIn() {
  return Boolean(store.get("accessToken"));
}

function getIDToken() {
  return store.get("idToken");
}

function logout() {
  KEYS.forEach((name) => store.forget(name));
}

async function init({ liffId: wanted } = {}) {
  if (!wanted) throw new LiffError("INVALID_CONFIG", "liffId is necessary for liff.init()");
  liffId = wanted;
  if (isInClient()) takeFromLine();
  else await takeFromSignIn();
  const context = store.get("context");
  if (!context?.endpointUrl) throw new LiffError("INIT_FAILED", "Could not get endpointUrl from server.");
  await goOn(context.endpointUrl);
  clean();
}

function takeFromLine() {
  const given = behindHash();
  if (given.has("access_token")) {
    if (given.get("client_id") !== channelId()) throw new LiffError("INIT_FAILED", "Failed to verify access_token");
    store.set("accessToken", given.get("access_token"));
    store.set("idToken", given.get("id_token"));
    store.set("context", decoded(given.get("context_token")));
  }
  if (!isLoggedIn()) throw new LiffError("INIT_FAILED", "Failed to parse feature_token or access_token");
}

async function takeFromSignIn() {
  if (isLoggedIn() && store.get("expires") <= Date.now()) logout();
  const query = new URLSearchParams(location.search);
  if (query.has("error") && query.has("liffOAuth2Error")) throw new LiffError("INIT_FAILED", query.get("error"));
  const login = store.get("login");
  if (query.has("code") && !isLoggedIn() && login) {
    try {
      await exchange(query, login);
    } finally {
      store.forget("login");
    }
  }
  if (!store.get("context")) {
    const answer = await call(`/liff/v2/apps/${encodeURIComponent(liffId)}/contextToken`);
    store.set("context", decoded(answer.contextToken));
  }
}

async function exchange(query, login) {
  const tokens = await call("/oauth2/v2.1/token", {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: query.get("liffClientId"),
      code: query.get("code"),
      code_verifier: login.verifier,
      redirect_uri: query.get("liffRedirectUri"),
    }),
  });
  store.set("accessToken", tokens.access_token);
  store.set("idToken", tokens.id_token);
  store.set("expires", Date.now() + 1000 * tokens.expires_in);
}

async function call(path, how) {
  const answer = await fetch(HERE + path, how);
  const told = await answer.json();
  if (!answer.ok) throw new LiffError(told.error, told.error_description);
  return told;
}

/** To the address that the LIFF URL meant. The page ends here, so the promise does not. */
async function goOn(endpointUrl) {
  const state = new URLSearchParams(location.search).get("liff.state");
  if (state === null) return;
  const meant = new URL(state.startsWith("/") || !state ? state : `/${state}`, new URL(endpointUrl).origin);
  const endpoint = new URL(endpointUrl);
  endpoint.pathname = `${endpoint.pathname}${meant.pathname}`.replace("//", "/").replace(/\/$/, "");
  endpoint.search = meant.search;
  endpoint.hash = meant.hash;
  if (endpoint.href === location.href) return;
  location.replace(endpoint.href);
  await new Promise(() => {});
}

function clean() {
  const given = behindHash();
  ["access_token", "context_token", "feature_token", "id_token", "client_id"].forEach((name) => given.delete(name));
  const hash = given.size ? `#${given}` : "";
  history.replaceState(history.state, "", location.pathname + location.search + hash);
}

async function login({ redirectUri } = {}) {
  const verifier = text(crypto.getRandomValues(new Uint8Array(32)));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  store.set("login", { verifier });
  const asked = new URLSearchParams({
    app_id: liffId,
    state: text(crypto.getRandomValues(new Uint8Array(9))),
    response_type: "code",
    code_challenge_method: "S256",
    code_challenge: text(new Uint8Array(digest)),
    ...(redirectUri ? { redirect_uri: redirectUri } : {}),
  });
  location.href = `${HERE}/liff/v1/authorize?${asked}`;
}

function text(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function decoded(token) {
  const part = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
  return JSON.parse(atob(part));
}

export default function load() {
  return { init, isInClient, isLoggedIn, getIDToken, login, logout };
}
