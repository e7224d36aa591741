// Comfort only: every page works without this file.
(() => {
  "use strict";
  const cards = () => [...document.querySelectorAll(".card[data-story]")];
  let at = -1;

  const go = (step) => {
    const all = cards();
    if (!all.length) return;
    all[at]?.classList.remove("at");
    at = Math.min(all.length - 1, Math.max(0, at + step));
    all[at].classList.add("at");
    all[at].querySelector("h2 a").focus({ preventScroll: true });
    all[at].scrollIntoView({ block: "nearest" });
  };

  const scope = () => cards()[at] ?? (document.body.classList.contains("story") ? document : null);
  const press = (key) => scope()?.querySelector(`.triage [data-key="${key}"]`)?.click();
  const undo = () => scope()?.querySelector('.triage [value="karar-geri"]')?.click();
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    o: () => cards()[at]?.querySelector("h2 a").click(),
    i: () => press("i"),
    x: () => press("x"),
    s: () => press("s"),
    u: undo,
    "/": () => document.querySelector("#q, #ust-ara")?.focus(),
  };

  // Single keys get in the way of some who speak to their computer: they can be off.
  const toggle = document.querySelector("#kisayol");
  if (toggle) {
    toggle.checked = localStorage.getItem("kisayol") !== "kapali";
    toggle.addEventListener("change", () => localStorage.setItem("kisayol", toggle.checked ? "acik" : "kapali"));
  }

  document.addEventListener("keydown", (event) => {
    if (toggle && !toggle.checked) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  document.addEventListener("focusin", (event) => {
    const found = cards().indexOf(event.target.closest(".card"));
    if (found >= 0 && found !== at) {
      cards()[at]?.classList.remove("at");
      at = found;
    }
  });

  // A judgement goes out without loading the page again.
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form.triage");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const key = event.submitter.dataset.key;
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "x-fragment": "triage" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = document.adoptNode(page.querySelector("form.triage"));
      const card = form.closest(".card");
      form.replaceWith(fresh);
      card?.classList.toggle("faded", fresh.querySelector(".no").ariaPressed === "true");
      const button = fresh.querySelector(`[data-key="${key}"]`);
      button?.focus({ preventScroll: true });
      const said = document.querySelector("#duyuru");
      said.textContent = `${button.querySelector(".word").textContent}: ${said.dataset[button.ariaPressed]}`;
    } catch {
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name: "isaret", value: event.submitter.value });
      form.append(hidden);
      form.submit();
    }
  });

  // A day that was chosen in the calendar applies at once; one that is typed, with Enter.
  const day = document.querySelector("#gun");
  let typed = false;
  day?.addEventListener("keydown", () => { typed = true; });
  day?.addEventListener("change", () => typed || day.form.submit());
})();
