// What the pages do by themselves. Each of them works without this: then the browser loads them anew.
"use strict";
(() => {
  const lang = document.documentElement.lang;
  const skew = Date.parse(document.body.dataset.now) - Date.now();
  document.documentElement.classList.add("has-script");

  function showTimes(root) {
    const locale = navigator.language.startsWith(lang) ? navigator.language : lang;
    const format = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
    for (const one of root.querySelectorAll("time[datetime]")) {
      if (one.title) continue;
      one.title = one.textContent;
      one.textContent = format.format(new Date(one.getAttribute("datetime")));
    }
  }

  function showLeft() {
    for (const one of document.querySelectorAll("[data-until]")) {
      const seconds = Math.max(0, Math.floor((Date.parse(one.dataset.until) - Date.now() - skew) / 1000));
      const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
      const text = parts.map((part) => String(part).padStart(2, "0")).join(":");
      one.textContent = (one.dataset.label ? one.dataset.label + " " : "") + text;
      if (seconds === 0 && !one.dataset.over) {
        one.dataset.over = "1";
        if (one.dataset.waited) setTimeout(() => location.reload(), 1000 + Math.random() * 4000);
      } else if (seconds > 0) one.dataset.waited = "1";
    }
  }

  // The browser keeps what it fetched with its tag, so an unchanged part costs a line.
  async function fetched(place) {
    const answer = await fetch(place, { cache: "no-cache", credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer;
  }

  function put(place, text) {
    if (place.dataset.text === text) return;
    const isFirst = place.dataset.text === undefined;
    const had = document.activeElement && place.contains(document.activeElement);
    const at = place.querySelector(".wide");
    const left = at ? at.scrollLeft : 0;
    place.dataset.text = text;
    place.innerHTML = text;
    const now = place.querySelector(".wide");
    if (now) now.scrollLeft = left;
    if (had && now) now.focus();
    showTimes(place);
    if (!isFirst) {
      place.classList.remove("fresh");
      void place.offsetWidth;
      place.classList.add("fresh");
    }
  }

  function liveBoard(board) {
    let seen = board.dataset.seq;
    let waiting = false;
    const load = async () => {
      waiting = false;
      try { put(board, await (await fetched(board.dataset.live)).text()); } catch { /* the next one comes */ }
    };
    // Not all at once: a room full of pages hears of a change in the same moment.
    const soon = () => { if (!waiting) { waiting = true; setTimeout(load, Math.random() * 2000); } };
    if (board.dataset.every) { setInterval(load, 1000 * board.dataset.every); return; }
    let fallback = null;
    const fall = () => { if (!fallback) fallback = setInterval(load, 15000); };
    if (!window.EventSource) { fall(); return; }
    const events = new EventSource(board.dataset.events);
    events.onmessage = (event) => { if (event.data !== seen) { seen = event.data; soon(); } };
    events.onopen = () => { clearInterval(fallback); fallback = null; };
    events.onerror = fall;
  }

  function poll(state) {
    const look = async () => {
      let settled = false;
      try {
        const answer = await fetched(state.dataset.poll);
        settled = answer.headers.get("X-Katas-Settled") === "1";
        if (!settled) put(state, await answer.text());
      } catch { /* the server may be starting anew */ }
      if (settled) location.reload(); else setTimeout(look, 3000);
    };
    setTimeout(look, 2000);
  }

  // The server looks at the size as well; here it is said before anything is sent.
  function watchSize(input) {
    input.addEventListener("change", () => {
      const file = input.files[0];
      const isLarge = file && file.size > Number(input.dataset.most);
      input.setCustomValidity(isLarge ? input.dataset.large : "");
      if (isLarge) input.reportValidity();
    });
  }

  // The QR code on a team's sheet brings the code behind #, which no server is sent.
  function takeCode() {
    const field = document.querySelector("input[name=code]");
    if (!field || !location.hash.startsWith("#code=")) return;
    field.value = decodeURIComponent(location.hash.slice(6));
    history.replaceState(null, "", location.pathname);
  }

  showTimes(document);
  showLeft();
  takeCode();
  window.addEventListener("hashchange", takeCode);
  if (document.querySelector("[data-until]")) setInterval(showLeft, 1000);
  document.querySelectorAll("[data-reload]").forEach((one) => setTimeout(() => location.reload(), 1000 * one.dataset.reload));
  document.querySelectorAll("[data-live]").forEach(liveBoard);
  document.querySelectorAll("[data-poll]").forEach(poll);
  document.querySelectorAll("input[data-most]").forEach(watchSize);
  for (const form of document.querySelectorAll("form")) {
    // A second press while the first is on its way would be a second submission.
    form.addEventListener("submit", () => setTimeout(() => {
      for (const button of form.querySelectorAll("button")) button.disabled = true;
      setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = false; }), 8000);
    }, 0));
  }
})();
