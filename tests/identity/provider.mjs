// An identity provider for the tests: real, certified software with two people and one client.
//
//   node provider.mjs REDIRECT_URI [PORT]
//
// Says its issuer on one line and then serves until its standard input ends. Anybody signs in by naming one of the people; the
// password is not looked at. Every code flow must use PKCE. What the tests turn while it runs is under /prueba.
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const CLIENT = { id: 'catastro', secret: 'secreto-de-prueba' };

// The address of one of them is verified, that of the other is only said.
const PEOPLE = {
  rosa: { name: 'Rosa Huamán', email: 'rosa@example.org', email_verified: true },
  julio: { name: 'Julio Ríos', email: 'julio@example.org', email_verified: false },
};

function provider(issuer, redirect, kid) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return new Provider(issuer, {
    clients: [{
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      redirect_uris: [redirect],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['galleta-de-prueba'] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) => PEOPLE[id] && {
      accountId: id,
      claims: () => ({ sub: id, ...PEOPLE[id] }),
    },
  });
}

const [redirect, port = 0] = process.argv.slice(2);
let generation = 1;
let answer;
const server = createServer((request, response) => {
  if (request.url === '/prueba/claves-nuevas' && request.method === 'POST') {
    // A provider that has changed its keys signs with the new one only; sessions and codes start afresh.
    generation += 1;
    answer = provider(issuer, redirect, `clave-${generation}`).callback();
    response.end();
  } else {
    answer(request, response);
  }
});
let issuer;
server.listen(Number(port), '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  answer = provider(issuer, redirect, `clave-${generation}`).callback();
  process.stdout.write(`${issuer}\n`);
});
process.stdin.on('end', () => process.exit()).resume();
