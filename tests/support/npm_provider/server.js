/** npm's oidc-provider with one client and one key, as standard input says: one line of JSON. */
import Provider from "oidc-provider";

const { issuer, port, client, jwks } = JSON.parse(await new Response(Bun.stdin.stream()).text());

const provider = new Provider(issuer, {
  clients: [{
    ...client,
    grant_types: ["authorization_code"],
    response_types: ["code"],
    id_token_signed_response_alg: "ES256",
    token_endpoint_auth_method: "client_secret_basic",
  }],
  jwks,
  claims: { openid: ["sub"], profile: ["name"], phone: ["phone_number"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: "Tuti Alawiyah", phone_number: "+6281234567899" }),
  }),
  routes: { authorization: "/authorize", token: "/token", jwks: "/jwks", userinfo: "/userinfo" },
  enabledJWA: { idTokenSigningAlgValues: ["ES256"] },
  pkce: { required: () => true },
  cookies: { keys: [crypto.randomUUID()] },
});

provider.listen(port, "127.0.0.1");
