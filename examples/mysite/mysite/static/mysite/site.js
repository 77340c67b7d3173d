// Keeps the front page up to date, and talks in its chat. The page works without, but for the chat.
const later = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

async function refresh() {
  for (;;) {
    await later(2);
    if (document.hidden) continue;
    try {
      const answer = await fetch("/panels/");
      if (!answer.ok) continue;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of fresh.querySelectorAll("[id^=live-]")) {
        const shown = document.getElementById(part.id);
        if (shown && shown.innerHTML !== part.innerHTML) shown.replaceWith(part);
      }
    } catch {
      // The site is not there just now: what was shown stays, and the next round asks again.
    }
  }
}

const list = document.getElementById("chat");
const state = document.getElementById("chat-state");
let socket;

function show(message) {
  if (list.querySelector(`[data-id="${message.id}"]`)) return;
  const item = document.createElement("li");
  const author = document.createElement("b");
  item.dataset.id = message.id;
  author.textContent = message.author;
  item.append(author, " ", message.text);
  list.append(item);
  list.scrollTop = list.scrollHeight;
}

function connect(wait) {
  socket = new WebSocket(new URL(list.dataset.path, location.href.replace(/^http/, "ws")));
  socket.onmessage = ({ data }) => {
    const { host, messages } = JSON.parse(data);
    if (host) {
      wait = 0.2;
      state.textContent = `connected to ${host}`;
      state.classList.add("on");
    }
    messages.forEach(show);
  };
  socket.onclose = async () => {
    state.textContent = "not connected, trying again";
    state.classList.remove("on");
    await later(wait);
    connect(Math.min(wait * 2, 5));
  };
}

function nameOfMine() {
  const kinds = ["Cumulus", "Cirrus", "Stratus", "Nimbus", "Altus"];
  const name = localStorage.getItem("name") ?? `${kinds[Math.floor(Math.random() * kinds.length)]} ${Math.floor(Math.random() * 90) + 10}`;
  localStorage.setItem("name", name);
  return name;
}

if (list) {
  list.scrollTop = list.scrollHeight;
  connect(0.2);
  document.getElementById("say").onsubmit = (event) => {
    event.preventDefault();
    const { text } = event.target.elements;
    if (!text.value.trim() || socket.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify({ author: nameOfMine(), text: text.value }));
    text.value = "";
  };
}
refresh();
