// Ask the sandbox, as the person one acts as. A refusal is an Error with a plain sentence.

export class Refused extends Error {}

let person = "U0ALEX";

export function actAs(id) {
  person = id;
}

export function actingAs() {
  return person;
}

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (body.errors) return body;
  if (!response.ok || body.ok === false) {
    const refusal = new Refused(body.error || `The sandbox answered ${response.status}.`);
    refusal.status = response.status;
    throw refusal;
  }
  return body;
}

async function reach(address, options) {
  try {
    return await fetch(address, options);
  } catch {
    throw new Refused("The sandbox does not answer. Is it still running?");
  }
}

function send(address, body) {
  return reach(
    address,
    { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) },
  );
}

/** Read from /people/…: what this person sees. */
export async function read(what, query = {}) {
  const words = Object.entries({ as: person, ...query }).filter(([, value]) => value !== undefined && value !== null);
  return answer(await reach(`/people/${what}?${new URLSearchParams(words)}`));
}

/** Do something as this person. */
export async function act(what, body = {}) {
  return answer(await send(`/people/${what}`, { as: person, ...body }));
}

export async function upload(form) {
  form.set("as", person);
  return answer(await reach("/people/upload", { method: "POST", body: form }));
}

/** The pretend company's own controls. */
export async function control(what, body) {
  const response = body === undefined ? await reach(`/sandbox/${what}`) : await send(`/sandbox/${what}`, body);
  return answer(response);
}
