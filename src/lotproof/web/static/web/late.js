"use strict";
// Scans that this device still keeps: of other sessions with a way there, of a closed one with what they are and a way to let them go.
(async () => {
  const say = window.lotproofSay;
  const place = document.getElementById("late");
  if (!place || !window.lotproofShelf) return;
  const number = place.dataset.number, all = await window.lotproofShelf.every();
  const mine = number ? all.filter((one) => one.session === number) : all;
  if (!mine.length) return;
  place.hidden = false;
  const text = document.createElement("p"), list = document.createElement("ul");
  text.textContent = number
    ? say("This device keeps {count} scans that came after the session was closed. They are not in the record; whoever scanned them decides what they mean.", { count: mine.length })
    : say("This device keeps {count} scans that are not sent yet. Open the session to send them:", { count: mine.length });
  const line = (content) => { const made = document.createElement("li"); made.append(content); list.append(made); };
  if (number) for (const one of mine) line(`${one.at} ${one.user}: ${one.text.replaceAll("\x1d", "␝")}`);
  else for (const session of new Set(mine.map((one) => one.session))) {
    const link = document.createElement("a");
    link.href = `/verify/${session}/`;
    link.textContent = session;
    line(link);
  }
  place.append(text, list);
  if (!number) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "big";
  button.textContent = say("Remove them from this device");
  button.addEventListener("click", async () => {
    if (!confirm(say("They will be gone. Is it written down what became of them?"))) return;
    await window.lotproofShelf.remove(mine.map((one) => one.order));
    place.hidden = true;
  });
  place.append(button);
})();
