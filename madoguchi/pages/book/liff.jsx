import { useEffect } from "react";

const PATIENCE_MS = 15_000;
const RETURNING_MS = 60_000;
const LEFT_AT = "madoguchi-liff-left-at";

// One SDK a page: it must not be initialised twice.
let opened = null;

export function Liff({ liffId, sdk, desk, serial, renew, onToken }) {
  useEffect(() => {
    let gone = false;
    opened ??= open(liffId, sdk);
    opened
      .then((liff) => tokenOf(liff, desk, renew))
      .catch((error) => {
        console.warn(`LIFF: ${error?.code ?? error?.name ?? "failed"}`);
        return "";
      })
      .then((token) => gone || onToken(token));
    return () => { gone = true; };
  }, [serial]);
  return null;
}

async function open(liffId, sdk) {
  const { default: load } = sdk ? await import(/* @vite-ignore */ sdk) : await import("./liff_sdk.js");
  const liff = await load();
  // On some Android browsers the SDK ends its work by a dialogue from another host, which we do not let in,
  // and then waits for ever. It is signed in by then.
  await Promise.race([liff.init({ liffId }), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  return liff;
}

async function tokenOf(liff, desk, renew) {
  const signedIn = liff.isLoggedIn();
  if (signedIn && !renew) {
    sessionStorage.removeItem(LEFT_AT);
    return liff.getIDToken() ?? "";
  }
  // LINE's own browser signs in by itself, or not at all. Coming back without a good token, leaving again
  // would go on for ever.
  if (liff.isInClient() || Date.now() - Number(sessionStorage.getItem(LEFT_AT)) < RETURNING_MS) return "";
  sessionStorage.setItem(LEFT_AT, String(Date.now()));
  if (signedIn) liff.logout();
  // Not `withLoginOnExternalBrowser`: that comes back to the bare address of the page, without the desk.
  liff.login({ redirectUri: `${location.origin}${location.pathname}?d=${desk}` });
  return new Promise(() => {});
}
