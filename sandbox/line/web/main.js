// Puts a phone into every slot of the page.

import { Phone } from "./phone.js";

const wanted = new URLSearchParams(location.search);

/** What the address of a single phone asks for: open a link, or wait for one to be read. */
function begin(phone) {
  if (wanted.has("open")) phone.open(wanted.get("open"));
  else if (wanted.has("scan")) phone.parts.address.focus();
  // Loading the page again shall not do it twice.
  history.replaceState(null, "", location.pathname);
}

for (const slot of document.querySelectorAll("[data-phone]")) {
  new Phone(slot, slot.dataset.phone, document.body.dataset.single === undefined ? null : begin);
}
