import { startMock } from "./server.ts";

const mock = await startMock({ port: Number(process.env["MOCK_PORT"] ?? 8080) });
console.log(`Mock gateway on ${mock.url}; sign in as agent@demo.test with the password "frontdesk".`);
// A line on standard input cuts every live connection, to see what the console does about it.
process.stdin.on("data", () => mock.cutStreams());
