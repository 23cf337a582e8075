"use strict";
// Clocks count on by themselves: the server's time when the page was made, and what passed since by this device's steady clock.
(() => {
  const parts = [...document.querySelectorAll("[data-due]")].map((node) => ({
    node, left: Date.parse(node.dataset.due) - Date.parse(node.dataset.now), seconds: "seconds" in node.dataset,
  }));
  const two = (number) => String(number).padStart(2, "0");
  const words = (milliseconds, seconds) => {
    const sign = milliseconds < 0 ? "−" : "", whole = Math.floor(Math.abs(milliseconds) / 1000);
    if (seconds && whole < 6000) return `${sign}${two(Math.floor(whole / 60))}:${two(whole % 60)}`;
    const minutes = Math.floor(whole / 60);
    if (minutes < 100) return `${sign}${minutes} min`;
    return minutes < 2880 ? `${sign}${Math.floor(minutes / 60)} h ${two(minutes % 60)} min` : `${sign}${Math.floor(minutes / 1440)} days`;
  };
  const show = () => {
    for (const { node, left, seconds } of parts) {
      const rest = left - performance.now();
      const text = words(rest, seconds);
      if (node.textContent !== text) node.textContent = text;
      node.classList.toggle("bad", rest < 0 || seconds);
    }
  };
  if (parts.length) { show(); setInterval(show, 1000); }

  // A job that goes on: ask how far it is, and show the page anew at its end. The header says that no human asks.
  const watched = document.querySelector("[data-watch]");
  if (watched) {
    const look = async () => {
      try {
        const answer = await fetch(watched.dataset.watch, { headers: { "X-Lotproof-Poll": "1" }, redirect: "error" });
        const job = await answer.json(), bar = watched.querySelector("progress");
        if (job.state === "done" || job.state === "failed") { location.reload(); return; }
        watched.querySelector("[data-state]").textContent = job.state;
        watched.querySelector("[data-told]").textContent = job.told;
        if (bar && job.of) { bar.max = job.of; bar.value = job.done; }
      } catch { /* the line is away for a moment, or the session has ended: the link on the page leads on */ }
      setTimeout(look, 1500);
    };
    setTimeout(look, 1000);
  }
})();
