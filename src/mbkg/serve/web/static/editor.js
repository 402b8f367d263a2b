// The SPARQL editor: colours, prefixes, running with a way to stop, results a page at a time, downloads, a link to share.
"use strict";
(() => {
  const SHOWN = 50;
  const PATIENCE = 500;
  const LONGEST_LINK = 6000;
  const WORDS = new Set(("select construct describe ask where from named prefix base optional union minus graph service filter bind values as order by asc desc limit offset " +
    "group having distinct reduced exists not in undef count sum min max avg sample group_concat separator str lang langmatches datatype bound iri uri bnode rand abs ceil floor " +
    "round concat strlen substr ucase lcase encode_for_uri contains strstarts strends strbefore strafter year month day now if coalesce sameterm isiri isblank isliteral isnumeric regex replace true false a").split(" "));
  const TOKEN = /(#[^\n]*)|("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(<[^<>\s]*>)|([?$][\p{L}\p{N}_]+)|([\p{L}_][\p{L}\p{N}_-]*(?::[\p{L}\p{N}_.%-]*)?)/gu;
  const $ = (id) => document.getElementById(id);
  const query = $("query");
  const paint = $("paint");
  const state = $("state");
  const box = query.parentElement;
  let running = null;
  let rows = [];
  let names = [];
  let at = 0;

  // colours: the same text behind a transparent one
  const colour = () => {
    const text = query.value;
    const parts = document.createDocumentFragment();
    let done = 0;
    for (const match of text.matchAll(TOKEN)) {
      const [word, remark, literal, iri, variable, name] = match;
      const kind = remark ? "remark" : literal ? "text" : iri ? "iri" : variable ? "variable" : name.includes(":") ? "iri" : WORDS.has(name.toLowerCase()) ? "word" : "";
      if (!kind) {
        continue;
      }
      parts.append(text.slice(done, match.index));
      const piece = document.createElement("span");
      piece.className = `paint-${kind}`;
      piece.textContent = word;
      parts.append(piece);
      done = match.index + word.length;
    }
    parts.append(`${text.slice(done)}\n`);
    paint.replaceChildren(parts);
    follow();
  };
  const follow = () => {
    paint.scrollTop = query.scrollTop;
    paint.scrollLeft = query.scrollLeft;
  };
  box.classList.add("painted");
  query.addEventListener("input", colour);
  query.addEventListener("scroll", follow);

  // the query of the address: after #, since that may be long and stays on this machine
  if (location.hash.startsWith("#query=")) {
    query.value = decodeURIComponent(location.hash.slice(7));
  }
  colour();

  const prefixes = new Map([...document.querySelectorAll("[data-prefix]")].map((entry) => [entry.dataset.prefix, entry.dataset.iri]));
  const withPrefixes = (text) => {
    const bare = text.replace(/"(?:[^"\\]|\\.)*"|<[^<>\s]*>|#[^\n]*/g, " ");
    const declared = new Set([...text.matchAll(/^\s*PREFIX\s+([\w-]*):/gim)].map((match) => match[1]));
    const used = new Set([...bare.matchAll(/(?<![\w<:/#?$])([a-z]+):[A-Za-z_]/g)].map((match) => match[1]));
    const lines = [...used].filter((name) => prefixes.has(name) && !declared.has(name)).sort().map((name) => `PREFIX ${name}: <${prefixes.get(name)}>`);
    return lines.length ? `${lines.join("\n")}\n\n${text.replace(/^\n+/, "")}` : text;
  };
  $("prefix").hidden = false;
  $("prefix").addEventListener("click", () => {
    const before = query.value;
    query.value = withPrefixes(before);
    colour();
    state.textContent = query.value === before ? "用到的前缀都已经写明。" : "已补上用到的前缀。";
    query.focus();
  });
  $("share").hidden = false;
  $("share").addEventListener("click", async () => {
    const short = `${location.origin}/editor?query=${encodeURIComponent(query.value)}`;
    const link = short.length < LONGEST_LINK ? short : `${location.origin}/editor#query=${encodeURIComponent(query.value)}`;
    history.replaceState(null, "", link);
    state.textContent = (await window.mbkg.copy(link)) ? "链接已复制。" : "链接在地址栏里。";
  });
  for (const sample of document.querySelectorAll("a[data-sample]")) {
    sample.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey) {
        return;
      }
      event.preventDefault();
      query.value = new URL(sample.href).searchParams.get("query");
      colour();
      run();
    });
  }

  const ask = (accept, signal) => fetch("/sparql", {
    method: "POST",
    headers: { "Content-Type": "application/sparql-query", Accept: accept },
    body: query.value,
    signal,
  });
  const sentence = async (answer) => {
    const text = await answer.text();
    try {
      const told = JSON.parse(text);
      return told.message || told.detail || text;
    } catch {
      return text.slice(0, 2000) || `服务返回了 ${answer.status}`;
    }
  };
  const failed = (words) => {
    state.className = "failed";
    state.textContent = words;
  };
  const run = async () => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    const begun = performance.now();
    state.className = "";
    state.textContent = "";
    $("stop").hidden = false;
    const ticking = setInterval(() => {
      const spent = performance.now() - begun;
      if (spent >= PATIENCE && running === mine) {
        state.textContent = `正在运行，已 ${(spent / 1000).toFixed(1)} 秒`;
      }
    }, 100);
    window.mbkg.begin("正在运行查询");
    try {
      const answer = await ask("application/sparql-results+json, text/turtle;q=0.9", mine.signal);
      if (!answer.ok) {
        failed(await sentence(answer));
        return;
      }
      const spent = () => `${((performance.now() - begun) / 1000).toFixed(2)} 秒`;
      const type = answer.headers.get("Content-Type") || "";
      if (type.includes("json")) {
        table(await answer.json(), answer.headers, spent());
      } else {
        graph(await answer.text(), answer.headers, spent());
      }
      state.textContent = "完成。";
      $("results").hidden = false;
      $("results-heading").focus({ preventScroll: true });
      $("results").scrollIntoView({ block: "nearest" });
    } catch (error) {
      if (running === mine) {
        failed(error.name === "AbortError" ? "已停止。" : "没有连上服务，请稍后再试。");
      }
    } finally {
      clearInterval(ticking);
      if (running === mine) {
        running = null;
        $("stop").hidden = true;
        window.mbkg.end();
      }
    }
  };
  $("stop").addEventListener("click", () => running?.abort());
  $("sparql-form").addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    }
  });

  const truncated = (headers, body) => {
    const words = [...headers].find(([name]) => /truncat|row-limit|cut/i.test(name));
    return Boolean((words && !/^(false|0|no)$/i.test(words[1])) || body?.head?.truncated);
  };
  const table = (body, headers, spent) => {
    if ("boolean" in body) {
      $("summary").textContent = `${body.boolean ? "是" : "否"}（${spent}）`;
      $("table").replaceChildren();
      $("pager").hidden = true;
      downloads(["json", "xml"]);
      return;
    }
    names = body.head.vars;
    rows = body.results.bindings;
    at = 0;
    const cut = truncated(headers, body) ? "。结果超过了行数上限，后面的已截去，请加 LIMIT 或缩小范围" : "";
    $("summary").textContent = `共 ${rows.length.toLocaleString("zh-CN")} 行，${spent}${cut}。`;
    downloads(["csv", "tsv", "json", "xml"]);
    draw();
  };
  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) {
      made.textContent = text;
    }
    if (className) {
      made.className = className;
    }
    return made;
  };
  const draw = () => {
    const shown = element("table");
    const head = shown.createTHead().insertRow();
    for (const name of names) {
      const cell = element("th", name, rows.some((row) => numeric(row[name])) ? "number" : "");
      cell.scope = "col";
      head.append(cell);
    }
    const inside = shown.createTBody();
    for (const row of rows.slice(at, at + SHOWN)) {
      const line = inside.insertRow();
      for (const name of names) {
        line.append(term(row[name]));
      }
    }
    $("table").replaceChildren(shown);
    $("table").scrollTop = 0;
    const pager = $("pager");
    pager.hidden = rows.length <= SHOWN;
    const turn = (words, to, able) => {
      const button = element("button", words);
      button.type = "button";
      button.disabled = !able;
      button.addEventListener("click", () => { at = to; draw(); $("results-heading").focus(); });
      return button;
    };
    pager.replaceChildren(
      turn("上一页", at - SHOWN, at > 0),
      element("span", `第 ${at + 1}–${Math.min(at + SHOWN, rows.length)} 行，共 ${rows.length} 行`),
      turn("下一页", at + SHOWN, at + SHOWN < rows.length),
    );
  };
  const numeric = (value) => /#(decimal|integer|double|float|int|long)$/.test(value?.datatype || "");
  const term = (value) => {
    if (!value) {
      return element("td", "");
    }
    const cell = element("td", undefined, numeric(value) ? "number" : "");
    if (value.type === "uri") {
      const short = [...prefixes].find(([, iri]) => value.value.startsWith(iri) && /^[\w-]+$/.test(value.value.slice(iri.length)));
      const code = element("code", short ? `${short[0]}:${value.value.slice(short[1].length)}` : value.value);
      code.title = value.value;
      cell.append(code);
    } else {
      cell.textContent = value.value;
      if (value["xml:lang"]) {
        cell.lang = value["xml:lang"];
      }
    }
    return cell;
  };
  const graph = (text, headers, spent) => {
    const lines = text.split("\n");
    const cut = truncated(headers) ? "。三元组超过了上限，后面的已截去" : "";
    $("summary").textContent = `RDF 结果，${spent}${lines.length > 400 ? "，只显示前 400 行" : ""}${cut}。`;
    const shown = element("pre", lines.slice(0, 400).join("\n"), "code");
    $("table").replaceChildren(shown);
    $("pager").hidden = true;
    downloads(["ttl", "nt", "jsonld", "rdf"]);
  };

  const FORMATS = {
    csv: ["text/csv", "CSV"], tsv: ["text/tab-separated-values", "TSV"], json: ["application/sparql-results+json", "JSON"], xml: ["application/sparql-results+xml", "XML"],
    ttl: ["text/turtle", "Turtle"], nt: ["application/n-triples", "N-Triples"], jsonld: ["application/ld+json", "JSON-LD"], rdf: ["application/rdf+xml", "RDF/XML"],
  };
  const downloads = (kinds) => {
    $("downloads").replaceChildren(...kinds.map((kind) => {
      const [accept, words] = FORMATS[kind];
      const button = element("button", `下载 ${words}`);
      button.type = "button";
      button.addEventListener("click", async () => {
        window.mbkg.begin("正在下载");
        try {
          const answer = await ask(accept);
          if (!answer.ok) {
            failed(await sentence(answer));
            return;
          }
          const link = element("a");
          link.href = URL.createObjectURL(await answer.blob());
          link.download = `mbkg-query.${kind}`;
          link.click();
          setTimeout(() => URL.revokeObjectURL(link.href), 10000);
        } catch {
          failed("没有连上服务，请稍后再试。");
        } finally {
          window.mbkg.end();
        }
      });
      return button;
    }));
  };
})();
