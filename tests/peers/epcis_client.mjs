// Drives the interface by epcis2.js (the SDK of Digimarc and Zebra): node epcis_client.mjs http://HOST:PORT/epcis KEY
import epcis from 'epcis2.js';

const [url, key] = process.argv.slice(2);
const { setup, capture, EPCISDocument, ObjectEvent, AggregationEvent, objectToEvent, cbv } = epcis;
setup({ apiUrl: url, headers: { 'content-type': 'application/ld+json', authorization: `Bearer ${key}` } });

const made = new ObjectEvent()
  .setEventTime('2026-03-09T10:00:00.000+01:00')
  .setEventID('urn:uuid:7b9d0f2e-52c1-4a55-9d49-000000000001')
  .setAction(cbv.actionTypes.add)
  .setBizStep(cbv.bizSteps.commissioning)
  .addEPC('urn:epc:id:sgtin:9529502.000629.JS1')
  .addEPC('https://id.gs1.org/01/09529502006295/21/JS2');
const packed = new AggregationEvent()
  .setEventTime('2026-03-09T10:05:00.000+01:00')
  .setEventID('urn:uuid:7b9d0f2e-52c1-4a55-9d49-000000000002')
  .setAction(cbv.actionTypes.add)
  .setBizStep(cbv.bizSteps.packing)
  .setParentId('urn:epc:id:sscc:9529502.0000000001')
  .addChildEPC('urn:epc:id:sgtin:9529502.000629.JS1');
const document = new EPCISDocument().addEvent(made).addEvent(packed);

const answer = await capture(document);
const job = `${url}/capture/${answer.headers.get('location').split('/').pop()}`;
const headers = { authorization: `Bearer ${key}` };
let state = { running: true };
while (state.running) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  state = await (await fetch(job, { headers })).json();
}
const asked = await fetch(`${url}/events?MATCH_anyEPC=${encodeURIComponent('urn:epc:id:sgtin:9529502.000629.JS1')}&orderBy=eventTime&orderDirection=ASC`, { headers });
const events = (await asked.json()).epcisBody.queryResults.resultsBody.eventList.map(objectToEvent);
const refused = await capture(document, { headers: { authorization: 'Bearer none' } });
console.log(JSON.stringify({
  captured: answer.status,
  state,
  events: events.map((one) => ({ kind: one.constructor.name, valid: one.isValid(), type: one.getType(), id: one.getEventID() })),
  refused: [refused.status, refused.headers.get('content-type')],
}));
