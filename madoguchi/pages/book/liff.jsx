import { useEffect } from "react";

const PATIENCE_MS = 15_000;
// LINE's sign-in names the channel when it comes back.
const RETURNED = new URLSearchParams(window.location.search).has("liffClientId");

// One SDK a page: it must not be initialised twice.
let opened = null;

export function Liff({ liffId, sdk, desk, booking, serial, renew, onToken }) {
  useEffect(() => {
    let gone = false;
    opened ??= open(liffId, sdk);
    opened
      .then((liff) => tokenOf(liff, addressOf(desk, booking), renew))
      .catch((error) => {
        console.warn("LIFF:", error?.code, error?.message);
        return "";
      })
      .then((token) => gone || onToken(token));
    return () => { gone = true; };
  }, [serial]);
  return null;
}

async function open(liffId, sdk) {
  const { default: load } = sdk ? await import(/* @vite-ignore */ sdk) : await import("./liff_sdk.js");
  const liff = load();
  // On some Android browsers the SDK ends its work by a dialogue from another host, which we do not let in,
  // and then waits for ever. It is signed in by then.
  await Promise.race([liff.init({ liffId }), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  return liff;
}

async function tokenOf(liff, address, renew) {
  const signedIn = liff.isLoggedIn();
  if (signedIn && !renew) {
    if (RETURNED) history.replaceState(history.state, "", address);
    return liff.getIDToken() ?? "";
  }
  // LINE's own browser signs in by itself, or not at all. And who has just come back without a good token
  // would be sent away for ever.
  if (RETURNED || liff.isInClient()) return "";
  if (signedIn) liff.logout();
  // Not `withLoginOnExternalBrowser`: that comes back to the bare address of the page, without the desk.
  liff.login({ redirectUri: address });
  return new Promise(() => {});
}

function addressOf(desk, booking) {
  return `${location.origin}${location.pathname}?d=${desk}${booking ? `&r=${booking}` : ""}`;
}
