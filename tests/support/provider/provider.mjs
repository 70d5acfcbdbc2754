// A real OpenID Connect provider on this machine, for tests: oidc-provider with one client and its own log-in page.
// It goes by the name of localhost, so that a browser takes it for another site than Meetlat on 127.0.0.1.
// It tells its port on the first line of standard output and ends with standard input, so nothing outlives a test.
//
// Who logs in says who they are: the form takes claims as JSON. POST /keys?kid=... gives it another key to sign with.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import process from "node:process";
import { text } from "node:stream/consumers";
import { Provider } from "oidc-provider";

const { clientId, clientSecret, callback } = JSON.parse(process.argv[2]);
const people = new Map();

const login = (uid) => `<!doctype html>
<html lang="nl">
  <title>Inloggen bij de organisatie</title>
  <h1>Inloggen bij de organisatie</h1>
  <form method="post" action="/interaction/${uid}">
    <label>Wie bent u? <input name="claims"></label>
    <button>Inloggen</button>
    <button name="denied" value="1">Weigeren</button>
  </form>
</html>`;

function signingKey(kid) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" };
}

function make(issuer, kid) {
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: ["https://localhost/"] }],
    clientDefaults: { grant_types: ["authorization_code"], response_types: ["code"] },
    jwks: { keys: [signingKey(kid)] },
    cookies: { keys: ["only for tests"] },
    claims: { openid: ["sub", "amr", "auth_time"], email: ["email", "email_verified"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Interaction: 600, Session: 600, Grant: 600 },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...people.get(id), sub: id }) }),
    async loadExistingGrant(ctx) {
      const { client, session } = ctx.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope("openid email");
      await grant.save();
      return grant;
    },
  });
  // each test has Meetlat on a port of its own
  provider.Client.prototype.redirectUriAllowed = (value) => new URL(value).pathname === callback;
  provider.on("server_error", (_, error) => console.error(error));
  return { provider, handle: provider.callback() };
}

async function interact(provider, request, response) {
  if (request.method === "GET") {
    const { uid } = await provider.interactionDetails(request, response);
    response.setHeader("Content-Type", "text/html; charset=utf-8").end(login(uid));
    return;
  }
  const form = new URLSearchParams(await text(request));
  if (form.has("denied")) {
    await provider.interactionFinished(request, response, { error: "access_denied" });
    return;
  }
  const { sub, amr, ts, ...claims } = JSON.parse(form.get("claims"));
  people.set(sub, claims);
  await provider.interactionFinished(request, response, { login: { accountId: sub, amr, ts, remember: false } });
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, current.provider.issuer);
  try {
    if (pathname === "/keys") {
      current = make(current.provider.issuer, searchParams.get("kid"));
      response.end();
    } else if (pathname.startsWith("/interaction/")) {
      await interact(current.provider, request, response);
    } else {
      current.handle(request, response);
    }
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
});
let current;
server.listen(0, "127.0.0.1", () => {
  current = make(`http://localhost:${server.address().port}`, "first");
  console.log(server.address().port);
});
process.stdin.resume().on("end", () => process.exit());
