// On every page: show that something is under way once it takes half a second, and copy links and answers.
"use strict";
(() => {
  const PATIENCE = 500;
  const line = document.getElementById("progress");
  const announce = document.getElementById("announce");
  let timer = 0;

  const begin = (words) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      line.hidden = false;
      announce.textContent = `${words}…`;
    }, PATIENCE);
  };
  const end = () => {
    clearTimeout(timer);
    line.hidden = true;
    announce.textContent = "";
  };
  window.mbkg = { begin, end, say: (words) => { announce.textContent = words; } };

  for (const form of document.querySelectorAll("form[data-progress]")) {
    form.addEventListener("submit", () => begin(form.dataset.progress));
  }
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    const plain = !event.defaultPrevented && event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (link && plain && !link.target && !link.hasAttribute("download") && link.origin === location.origin && !link.getAttribute("href").startsWith("#")) {
      begin("正在打开");
    }
  });
  window.addEventListener("pageshow", end);
  window.addEventListener("pagehide", end);

  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const held = document.createElement("textarea");
      held.value = text;
      held.className = "visually-hidden";
      document.body.append(held);
      held.select();
      const done = document.execCommand("copy");
      held.remove();
      return done;
    }
  };
  window.mbkg.copy = copied;
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    const words = button.textContent;
    button.addEventListener("click", async () => {
      const what = button.dataset.copy;
      const link = button.parentElement.querySelector("a[href]");
      const text = what === "permalink" ? link.href : document.getElementById(what).textContent;
      const done = await copied(text);
      const said = done ? button.dataset.copied : "没有复制成功，请手动选择";
      button.textContent = said;
      announce.textContent = said;
      setTimeout(() => { button.textContent = words; }, 2000);
    });
  }
  document.getElementById("here")?.scrollIntoView({ block: "center" });
})();
