import { useState } from "react";

function asBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

export function SmallFile({ most, label, accept, name, onRead }) {
  const [refusal, setRefusal] = useState("");
  const read = async (event) => {
    const [file] = event.target.files;
    const field = event.target;
    if (!file) return;
    setRefusal(file.size > most ? "ファイルが大きすぎます。" : "");
    if (file.size <= most) onRead?.(asBase64(new Uint8Array(await file.arrayBuffer())));
    // The same file can be chosen again after it was mended.
    field.value = "";
  };
  return (
    <label className="field-box">
      <span className="field-label">{label}</span>
      <input type="file" accept={accept} onChange={read} data-testid={name} />
      {refusal && (
        <span className="mg-error" role="alert">
          {refusal}
        </span>
      )}
    </label>
  );
}
