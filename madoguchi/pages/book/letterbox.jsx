import { useImperativeHandle } from "react";

// Takes what `state/book_letters.py` sends. What stands in the fields is never a variable of the page.
export function Letterbox({ ref }) {
  useImperativeHandle(ref, () => ({ set value(letters) { letters.forEach(put); } }), []);
  return null;
}

function put({ field, value, instead_of: insteadOf, request }) {
  const input = document.getElementById(field);
  if (!input || (insteadOf !== null && input.value !== insteadOf)) return;
  input.value = value;
  input.toggleAttribute("data-request", request);
  if (request) input.addEventListener("input", () => input.removeAttribute("data-request"), { once: true });
}
