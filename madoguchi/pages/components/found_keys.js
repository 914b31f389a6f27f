import { useEffect } from "react";

// Between a search field and the list of what it found: the down arrow goes from the field into the list,
// arrows go along it, and up from the first row leads back to the field.
export function FoundKeys({ fieldId, rows }) {
  useEffect(() => {
    const onKeyDown = (event) => {
      if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const field = document.getElementById(fieldId);
      const stops = [field, ...document.querySelectorAll(rows)];
      const at = stops.indexOf(document.activeElement);
      if (!field || at < 0) return;
      const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
      if (!next) return;
      event.preventDefault();
      next.focus();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [fieldId, rows]);
  return null;
}
