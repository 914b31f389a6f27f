// Trying the voice from the settings: the chime, then a sample call in each language, on this computer.

import { Sound } from "./sound.js";

/** Who spoke, as staff read it: the server's engine by its name. */
export function speakerName(how, sample) {
  return { server: sample.engine, browser: "ブラウザーの音声", none: "なし" }[how];
}

/**
 * Plays `samples` (`language`, `text`, `spoken`, `engine`, `audio`) one after another; call it from a touch.
 * `report(sample, name)` is told who spoke each, as soon as it was heard. `sound` is one of its own if none is given.
 */
export async function tryVoice(samples, report, sound = new Sound()) {
  await sound.unblock();
  await sound.chime();
  for (const sample of samples) report(sample, speakerName(await sound.say(sample), sample));
}
