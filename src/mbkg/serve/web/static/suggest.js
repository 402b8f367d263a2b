// Suggestions while a question is typed: an ARIA combobox with a list. Without this script the form works as it is.
"use strict";
(() => {
  const WAIT = 180;
  const input = document.querySelector("input[data-suggest]");
  const list = document.getElementById("suggestions");
  if (!input || !list) {
    return;
  }
  let chosen = -1;
  let timer = 0;
  let asked = null;
  let typed = input.value;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (position) => {
    const options = [...list.children];
    chosen = position;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    if (chosen < 0) {
      input.value = typed;
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.value = options[chosen].textContent;
    input.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };
  const send = () => {
    close();
    input.form.requestSubmit();
  };
  const show = (questions) => {
    list.replaceChildren(...questions.map((question, at) => {
      const option = document.createElement("li");
      option.id = `suggestion-${at}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.textContent = question;
      option.addEventListener("pointerdown", (event) => event.preventDefault());
      option.addEventListener("click", () => { input.value = question; send(); });
      return option;
    }));
    chosen = -1;
    list.hidden = questions.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (questions.length) {
      window.mbkg.say(`${questions.length} 条建议，按上下键选择`);
    }
  };
  const look = async () => {
    asked?.abort();
    const words = input.value.trim();
    if (!words) {
      close();
      return;
    }
    asked = new AbortController();
    try {
      const answer = await fetch(`/api/suggest?q=${encodeURIComponent(words)}`, { signal: asked.signal, headers: { Accept: "application/json" } });
      if (!answer.ok || document.activeElement !== input) {
        return;
      }
      const found = (await answer.json()).suggestions.map((entry) => (typeof entry === "string" ? entry : entry.question));
      if (input.value.trim() === words) {
        show(found.filter((question) => question !== words).slice(0, 8));
      }
    } catch {
      close();
    }
  };

  input.addEventListener("input", () => {
    typed = input.value;
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) {
      return;
    }
    const most = list.children.length;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      choose(-1);
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden && most) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(((chosen + 1 + step + most + 1) % (most + 1)) - 1);
    } else if (event.key === "ArrowDown" && list.hidden) {
      look();
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      send();
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 100));
})();
