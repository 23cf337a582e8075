// Opens a websocket by ws and prints each message as a line: node socket_client.mjs ws://… KEY
import WebSocket from 'ws';

const [url, key] = process.argv.slice(2);
const socket = new WebSocket(url, { headers: { authorization: `Bearer ${key}` } });
socket.on('open', () => console.log('open'));
socket.on('message', (data) => console.log(data.toString()));
socket.on('unexpected-response', (_request, response) => {
  response.on('data', (data) => console.log(response.statusCode, data.toString()));
  response.on('end', () => process.exit(0));
});
socket.on('close', (code, reason) => console.log('close', code, reason.toString()));
socket.on('error', (error) => console.log('error', error.message));
