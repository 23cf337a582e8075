// An OpenID provider by oidc-provider (certified by the OpenID Foundation): node openid_provider.mjs PORT REDIRECT_URI
// Whoever enters a name there is that person; its own pages ask for it and for consent.
import { Provider } from 'oidc-provider';

const [port, redirect] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: 'lotproof', client_secret: 'a-secret-of-the-client', redirect_uris: [redirect] }],
  claims: { openid: ['sub'], profile: ['preferred_username'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  findAccount: async (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, preferred_username: id }) }),
});
provider.listen(Number(port), '127.0.0.1', () => console.log('open'));
