// Making and using a passkey. The page: form[data-passkey="create" or "get"][data-options] (what the browser is
// asked, as JSON) with a hidden field `credential` and a line [data-failed]. What the browser gives goes into the
// field, and the form is sent as any form; without this script it is sent without, and the server says so.
export function start() {
  const form = document.querySelector("form[data-passkey]");
  if (!form || !navigator.credentials) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form);
  });
}

async function run(form) {
  const failed = form.querySelector("[data-failed]");
  const button = form.querySelector("button[type=submit]");
  const options = JSON.parse(form.dataset.options);
  failed.hidden = true;
  button.disabled = true;
  try {
    const credential =
      form.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey: toMake(options) })
        : await navigator.credentials.get({ publicKey: toUse(options) });
    form.elements.credential.value = JSON.stringify(asJson(credential));
    form.submit();
  } catch {
    // the owner said no, took too long, or has none here: which of these a browser does not tell
    failed.hidden = false;
    button.disabled = false;
  }
}

function toMake(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: described(options.excludeCredentials),
  };
}

function toUse(options) {
  return { ...options, challenge: bytes(options.challenge), allowCredentials: described(options.allowCredentials) };
}

function described(credentials) {
  return (credentials ?? []).map((each) => ({ ...each, id: bytes(each.id) }));
}

function asJson(credential) {
  const { response } = credential;
  const said = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    said.attestationObject = text(response.attestationObject);
    said.transports = response.getTransports?.() ?? [];
  } else {
    said.authenticatorData = text(response.authenticatorData);
    said.signature = text(response.signature);
    said.userHandle = response.userHandle ? text(response.userHandle) : null;
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: said };
}

// base64url, which every browser that has passkeys but not all can do by themselves
function bytes(coded) {
  const plain = atob(coded.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

function text(buffer) {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
