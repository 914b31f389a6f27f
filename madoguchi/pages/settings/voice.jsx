import { useEffect, useRef, useState } from "react";

const SCRIPT = "/public/voice-test.js";
const NOBODY = "なし";

// A button that has `onAsk` bring `samples` (`serial` tells that they came), plays them, and tells who spoke each.
export function VoiceTest({ samples, serial, onAsk }) {
  const played = useRef(serial);
  const asked = useRef(false);
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState([]);
  const [told, setTold] = useState({});
  useEffect(() => {
    if (played.current === serial) return;
    played.current = serial;
    if (!asked.current) return;
    asked.current = false;
    setShown(samples);
    const play = async () => {
      const { tryVoice } = await import(/* @vite-ignore */ SCRIPT);
      await tryVoice(samples, (sample, name) => setTold((before) => ({ ...before, [sample.language]: name })));
    };
    (samples.length ? play() : Promise.resolve()).catch(() => setShown([])).finally(() => setBusy(false));
  }, [serial, samples]);
  const ask = () => {
    if (busy) return;
    asked.current = true;
    setBusy(true);
    setShown([]);
    setTold({});
    onAsk();
  };
  const next = shown.find((one) => !(one.language in told));
  const silent = shown.some((one) => told[one.language] === NOBODY);
  const status = busy ? "再生しています…" : shown.length ? "終わりました。" : "";
  return (
    <div className="settings-voice">
      <div className="settings-said">
        <button
          type="button"
          className="mg-button mg-button--secondary"
          aria-disabled={busy}
          onClick={ask}
          data-testid="try-voice"
        >
          音声を試す
        </button>
        <span role="status" data-testid="voice-state">
          {status}
        </span>
      </div>
      {shown.length > 0 && (
        <ul className="settings-samples">
          {shown.map((one) => (
            <li key={one.language} data-testid="voice-sample" data-language={one.language}>
              <span lang={one.tag}>{one.name}</span>
              <span lang={one.tag}>{one.text}</span>
              <strong data-testid="voice-speaker">{told[one.language] ?? (one === next ? "再生中" : "－")}</strong>
            </li>
          ))}
        </ul>
      )}
      {silent && (
        <p className="settings-advice" data-testid="voice-advice">
          「なし」の言語は、チャイムと画面だけになります。声を出すには、サーバーに Open JTalk と eSpeak NG
          を入れてください（手順は docs/speech.md）。
        </p>
      )}
    </div>
  );
}
