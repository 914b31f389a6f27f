// L locks the page, as the button says; not while somebody types. Live pages and plain ones load this same file.
const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";
document.addEventListener("keydown", (event) => {
  if (event.code !== "KeyL" || event.repeat || event.isComposing || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && event.target.closest(FIELDS)) return;
  const form = document.getElementById("lock");
  if (form) form.requestSubmit();
});
