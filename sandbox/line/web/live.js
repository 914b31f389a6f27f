// The connection of a phone's screen to the stand-in: live updates in, what the citizen does out.

const LONGEST_PAUSE = 5000;

/** Hand every update of `name`'s phone to `receive`, connecting again whenever the line breaks. */
export function watch(name, receive, broken) {
  let pause = 250;
  const connect = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/phone/${name}/live`);
    socket.addEventListener("message", (event) => {
      pause = 250;
      receive(JSON.parse(event.data));
    });
    socket.addEventListener("close", () => {
      broken();
      setTimeout(connect, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    });
  };
  connect();
}

/** Do something with the phone; gives what it shall show, throws an `Error` with a sentence for the screen. */
export async function act(name, what) {
  let answer;
  try {
    answer = await fetch(`/phone/${name}/do`, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(what),
    });
  } catch {
    throw new Error("つながりません。もう一度お試しください");
  }
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error);
  return told;
}
